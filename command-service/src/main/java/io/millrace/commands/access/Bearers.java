package io.millrace.commands.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Whose an {@code Authorization: Bearer} is: an API key, or a token of ours, or one of the OpenID Connect issuer. Bearers that are made up
 * cost their network its tries ({@link Strangers}); one that was good lately is looked up however many strangers stand beside it.
 * Any thread.
 */
public final class Bearers {
    private static final int MOST_KNOWN = 10_000;
    private static final Duration LATELY = Duration.ofMinutes(10);

    private final Function<String, Future<Optional<Principal>>> lookUp;
    private final Strangers strangers;
    private final Cache<String, Boolean> goodLately = Caffeine.newBuilder()
            .maximumSize(MOST_KNOWN)
            .expireAfterWrite(LATELY)
            .build();

    public Bearers(ApiKeys apiKeys, Logins logins, Optional<Oidc> oidc, Clock clock) {
        this(bearer -> lookUp(apiKeys, logins, oidc, bearer), clock);
    }

    Bearers(Function<String, Future<Optional<Principal>>> lookUp, Clock clock) {
        this.lookUp = lookUp;
        this.strangers = new Strangers(clock);
    }

    /** Too many bearers from one network that nobody knows. */
    public static final class TooManyStrangers extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Duration wait;

        TooManyStrangers(Duration wait) {
            super("too many unknown tokens and API keys from this address", null, false, false);
            this.wait = wait;
        }

        public Duration mustWait() {
            return wait;
        }
    }

    /**
     * Empty if nobody vouches for it any more. Fails with {@link TooManyStrangers}, with {@link IssuerAway} if it may be the issuer's, with
     * {@link SlowWork.Busy} if too many of those are to be checked.
     *
     * @param network from which it comes ({@link ClientAddress#network})
     */
    public Future<Optional<Principal>> verify(String bearer, String network) {
        String print = Fingerprint.of(bearer);
        boolean stranger = goodLately.getIfPresent(print) == null;
        Optional<Duration> wait = stranger ? strangers.mustWait(network) : Optional.empty();
        if (wait.isPresent()) {
            return Future.failedFuture(new TooManyStrangers(wait.get()));
        }
        return lookUp.apply(bearer).onSuccess(found -> {
            if (found.isEmpty()) {
                strangers.met(network);
            } else if (stranger) {
                goodLately.put(print, true);
            }
        });
    }

    private static Future<Optional<Principal>> lookUp(
            ApiKeys apiKeys, Logins logins, Optional<Oidc> oidc, String bearer) {
        if (ApiKeys.looksLikeOne(bearer)) {
            return apiKeys.verify(bearer);
        }
        return logins.verify(bearer)
                .compose(found -> found.isPresent() || oidc.isEmpty()
                        ? Future.succeededFuture(found)
                        : oidc.get().verify(bearer));
    }
}
