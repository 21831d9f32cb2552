package io.millrace.commands.access;

import io.vertx.core.Future;
import java.security.Key;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jose4j.jwk.JsonWebKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys with which an issuer signs. Fetched anew when they are ten minutes old, and for a key that is not among them, but not more than
 * once in ten seconds, however many strangers show tokens of made-up keys. While the issuer is away its last keys count for twelve hours.
 * Any thread.
 */
final class IssuerKeys {
    private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);
    private static final Duration FRESH = Duration.ofMinutes(10);
    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofHours(12);

    private final Supplier<Future<List<JsonWebKey>>> fetch;
    private final Clock clock;
    private Known known = new Known(Instant.MIN, List.of());
    private Instant asked = Instant.MIN;
    private @Nullable Future<Void> asking;

    private record Known(Instant since, List<JsonWebKey> keys) {
        boolean isYoungerThan(Duration age, Instant now) {
            return since.isAfter(now.minus(age));
        }

        Optional<Key> find(Optional<String> id, String keyType) {
            List<JsonWebKey> fit = keys.stream()
                    .filter(key -> key.getKeyType().equals(keyType))
                    .filter(key -> key.getUse() == null || key.getUse().equals("sig"))
                    .filter(key -> id.isEmpty() || id.get().equals(key.getKeyId()))
                    .toList();
            return fit.size() == 1 ? Optional.of(fit.get(0).getKey()) : Optional.empty();
        }
    }

    IssuerKeys(Supplier<Future<List<JsonWebKey>>> fetch, Clock clock) {
        this.fetch = fetch;
        this.clock = clock;
    }

    /**
     * Empty if it has none such. Fails with {@link IssuerAway}.
     *
     * @param id {@code kid}; without one there must be one key only
     * @param keyType RSA or EC
     */
    Future<Optional<Key>> find(Optional<String> id, String keyType) {
        Optional<Key> found = current(FRESH).flatMap(keys -> keys.find(id, keyType));
        if (found.isPresent()) {
            return Future.succeededFuture(found);
        }
        return Homeward.of(refreshed()).compose(done -> current(LONGEST)
                .map(keys -> Future.succeededFuture(keys.find(id, keyType)))
                .orElseGet(() -> Future.failedFuture(new IssuerAway())));
    }

    private synchronized Optional<Known> current(Duration longest) {
        return known.isYoungerThan(longest, clock.instant()) ? Optional.of(known) : Optional.empty();
    }

    /** Completes when the keys are as new as they may be; never fails. */
    private synchronized Future<Void> refreshed() {
        Instant now = clock.instant();
        Future<Void> running = asking;
        if (running != null) {
            return running;
        }
        if (asked.isAfter(now.minus(PAUSE))) {
            return Future.succeededFuture();
        }
        asked = now;
        Future<Void> begun = fetch.get().transform(result -> {
            keep(now, result.succeeded() ? result.result() : null, result.cause());
            return Future.succeededFuture();
        });
        asking = begun.isComplete() ? null : begun;
        return begun;
    }

    private synchronized void keep(Instant when, @Nullable List<JsonWebKey> keys, @Nullable Throwable failure) {
        asking = null;
        if (keys != null) {
            known = new Known(when, keys);
        } else {
            log.atWarn()
                    .addKeyValue("reason", String.valueOf(failure))
                    .log("keys of the OpenID Connect issuer not fetched");
        }
    }
}
