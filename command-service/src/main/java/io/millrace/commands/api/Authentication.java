package io.millrace.commands.api;

import io.millrace.commands.access.ApiKeys;
import io.millrace.commands.access.Principal;
import io.millrace.commands.access.Tokens;
import io.millrace.schemas.Role;
import io.vertx.core.Future;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who makes a request, by its {@code Authorization} header, and whether that role may. */
final class Authentication {
    private static final String BEARER = "bearer ";

    private final Tokens tokens;
    private final ApiKeys apiKeys;

    Authentication(Tokens tokens, ApiKeys apiKeys) {
        this.tokens = tokens;
        this.apiKeys = apiKeys;
    }

    /**
     * Fails with a {@link Problem}: 401 for nobody that is known, 403 for too low a role.
     *
     * @param authorization the header
     */
    Future<Principal> authenticate(@Nullable String authorization, Role needed, String operation) {
        if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return Future.failedFuture(Problem.of(
                    401, "unauthenticated", "Authorization: missing (expected Bearer with a token or an API key)"));
        }
        return principal(authorization.substring(BEARER.length()).trim()).map(principal -> {
            if (!principal.may(needed)) {
                throw Problem.of(
                        403,
                        "forbidden",
                        "role " + principal.role().text() + " (expected " + needed.text() + " for " + operation + ")");
            }
            return principal;
        });
    }

    private Future<Principal> principal(String bearer) {
        Problem wrong = Problem.of(401, "unauthenticated", "the token or API key is unknown, expired or revoked");
        if (ApiKeys.looksLikeOne(bearer)) {
            return apiKeys.verify(bearer).map(found -> found.orElseThrow(() -> wrong));
        }
        return tokens.verify(bearer).recover(failure -> Future.failedFuture(wrong));
    }
}
