package io.millrace.commands.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Networks from which bearers come that nobody knows, and how many: to look one up costs a query or a signature. So many at once are taken
 * for mistakes; a network that goes on has to wait, except for who is known. Bounded; of this instance alone. Any thread.
 */
final class Strangers {
    /** A fleet of programs whose key was revoked may try at once. */
    static final int AT_ONCE = 500;

    static final int A_SECOND = 50;
    private static final int MOST_NETWORKS = 10_000;
    private static final Duration FULL_AGAIN = Duration.ofSeconds(AT_ONCE / A_SECOND);

    private final Clock clock;
    private final Cache<String, Tries> networks = Caffeine.newBuilder()
            .maximumSize(MOST_NETWORKS)
            .expireAfterAccess(FULL_AGAIN.multipliedBy(2))
            .build();

    Strangers(Clock clock) {
        this.clock = clock;
    }

    /** @param left as of that time */
    private record Tries(double left, Instant at) {
        Tries now(Instant now) {
            double grown = left + Math.max(0, Duration.between(at, now).toMillis()) * A_SECOND / 1000.0;
            return new Tries(Math.min(AT_ONCE, grown), now);
        }
    }

    /** How long this network must wait; empty if it need not. */
    Optional<Duration> mustWait(String network) {
        Tries tries = networks.getIfPresent(network);
        return tries == null || tries.now(clock.instant()).left() >= 1
                ? Optional.empty()
                : Optional.of(Duration.ofSeconds(1));
    }

    /** One more that nobody knows. */
    void met(String network) {
        Instant now = clock.instant();
        networks.asMap().compute(network, (same, before) -> {
            Tries tries = before == null ? new Tries(AT_ONCE, now) : before.now(now);
            return new Tries(Math.max(0, tries.left() - 1), now);
        });
    }
}
