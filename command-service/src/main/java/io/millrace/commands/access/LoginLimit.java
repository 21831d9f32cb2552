package io.millrace.commands.access;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Slows down guessing: after five failures of one user name, or twenty from one address, within a minute, no more are looked at
 * until the minute is over. In this process only; the names tried last are remembered. Any thread.
 */
public final class LoginLimit {
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int FAILURES_OF_NAME = 5;
    private static final int FAILURES_OF_ADDRESS = 20;
    private static final int REMEMBERED = 10_000;

    private final Clock clock;
    private final Map<String, Failures> failures = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > REMEMBERED;
        }
    };

    private record Failures(Instant since, int count) {}

    public LoginLimit(Clock clock) {
        this.clock = clock;
    }

    /** How long this user or address has to wait before the next try; empty if it may try now. */
    public synchronized Optional<Duration> mustWait(String username, String address) {
        return wait("user " + username, FAILURES_OF_NAME).or(() -> wait("address " + address, FAILURES_OF_ADDRESS));
    }

    private Optional<Duration> wait(String key, int limit) {
        Failures known = failures.get(key);
        if (known == null || known.count() < limit) {
            return Optional.empty();
        }
        Duration left = Duration.between(clock.instant(), known.since().plus(WINDOW));
        return left.isNegative() || left.isZero() ? Optional.empty() : Optional.of(left);
    }

    public synchronized void failed(String username, String address) {
        count("user " + username);
        count("address " + address);
    }

    public synchronized void succeeded(String username) {
        failures.remove("user " + username);
    }

    private void count(String key) {
        Instant now = clock.instant();
        failures.merge(
                key,
                new Failures(now, 1),
                (known, first) -> now.isBefore(known.since().plus(WINDOW))
                        ? new Failures(known.since(), known.count() + 1)
                        : first);
    }
}
