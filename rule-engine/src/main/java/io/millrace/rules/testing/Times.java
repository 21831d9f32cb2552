package io.millrace.rules.testing;

import io.millrace.rules.expression.Durations;
import java.time.Duration;

/** Times of a test as people read them. */
final class Times {

    private static final long IN_SECONDS = 120_000;

    private Times() {}

    /** {@code 90s}, {@code 5m}, {@code 1h30m}: seconds up to two minutes. */
    static String text(long millis) {
        if (millis < 0) {
            return "-" + text(-millis);
        }
        return millis <= IN_SECONDS && millis % 1000 == 0
                ? millis / 1000 + "s"
                : Durations.text(Duration.ofMillis(millis));
    }
}
