package io.millrace.commands.webhook;

import java.time.Duration;
import java.util.Optional;

/**
 * How long until the next attempt: the first pause, doubled with each attempt, at most an hour, and a quarter more or less, so that what
 * failed together does not come again together.
 */
public record Backoff(Duration first) {
    static final Duration LONGEST = Duration.ofHours(1);
    private static final int MOST_DOUBLINGS = 20;

    /**
     * @param attempt that failed, from 1
     * @param wished by the receiver
     * @param random from 0 to 1
     */
    Duration after(int attempt, Optional<Duration> wished, double random) {
        long millis = Math.min(first.toMillis() << Math.min(attempt - 1, MOST_DOUBLINGS), LONGEST.toMillis());
        Duration pause = Duration.ofMillis((long) (millis * (0.75 + random / 2)));
        Duration least = wished.filter(one -> one.compareTo(LONGEST) < 0).orElse(wished.isPresent() ? LONGEST : pause);
        return pause.compareTo(least) < 0 ? least : pause;
    }
}
