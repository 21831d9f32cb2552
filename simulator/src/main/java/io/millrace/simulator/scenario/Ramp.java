package io.millrace.simulator.scenario;

import java.time.Duration;
import java.util.Optional;

/** How fast devices connect for the first time: so many a second, or all within a time. Exactly one of the two. */
public record Ramp(Optional<Double> connectsPerSecond, Optional<Duration> within) {
    static final String EXPECTED = "connects a second like 500/s, or the time for all like 30s";

    /** Empty if it is neither. */
    static Optional<Ramp> parse(String text) {
        if (text.matches("\\d{1,6}(\\.\\d{1,3})?/s")) {
            double number = Double.parseDouble(text.substring(0, text.length() - 2));
            return number > 0 ? Optional.of(perSecond(number)) : Optional.empty();
        }
        return Durations.parse(text)
                .filter(time -> !time.isZero())
                .map(time -> new Ramp(Optional.empty(), Optional.of(time)));
    }

    public static Ramp perSecond(double number) {
        return new Ramp(Optional.of(number), Optional.empty());
    }

    public double connectsPerSecond(int devices) {
        return connectsPerSecond.orElseGet(
                () -> devices * 1000.0 / within.orElse(Duration.ofSeconds(1)).toMillis());
    }
}
