package io.millrace.rules.model;

import java.time.Duration;

/** So many within any stretch of that length: {@code 6/1m}. */
public record Rate(int most, Duration window) {

    public static final Duration LONGEST = Duration.ofHours(1);

    public Rate {
        if (most < 1 || window.isNegative() || window.isZero() || window.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("rate " + most + "/" + window + " (expected at least 1, in up to 1h)");
        }
    }

    public static Rate perMinute(int most) {
        return new Rate(most, Duration.ofMinutes(1));
    }
}
