package io.millrace.commands.access;

import io.vertx.core.Future;
import java.util.Optional;

/** Whose an {@code Authorization: Bearer} is: an API key, or a token of ours, or one of the OpenID Connect issuer. */
public final class Bearers {
    private final ApiKeys apiKeys;
    private final Logins logins;
    private final Optional<Oidc> oidc;

    public Bearers(ApiKeys apiKeys, Logins logins, Optional<Oidc> oidc) {
        this.apiKeys = apiKeys;
        this.logins = logins;
        this.oidc = oidc;
    }

    /** Empty if nobody vouches for it any more. Fails with {@link IssuerAway} if it may be the issuer's. */
    public Future<Optional<Principal>> verify(String bearer) {
        if (ApiKeys.looksLikeOne(bearer)) {
            return apiKeys.verify(bearer);
        }
        return logins.verify(bearer)
                .compose(found -> found.isPresent() || oidc.isEmpty()
                        ? Future.succeededFuture(found)
                        : oidc.get().verify(bearer));
    }
}
