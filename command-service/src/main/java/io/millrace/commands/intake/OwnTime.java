package io.millrace.commands.intake;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a reading was taken, as far as its device says so and is believed: in the rule engine's manner, and to be set alike. ESP32s have
 * no time before SNTP has run, so none is asked for unless a field is named.
 *
 * @param field top-level, seconds or milliseconds since 1970 or RFC 3339 text; empty = no reading has a time of its own
 * @param maxFuture a time further ahead of the arrival is not believed; one less far ahead counts as the arrival
 * @param maxBacklog nor is one further behind
 */
public record OwnTime(Optional<String> field, Duration maxFuture, Duration maxBacklog) {
    /** Numbers below it are seconds: as milliseconds they would lie in 1973. */
    private static final double LEAST_MILLIS = 1e11;

    /** The same record always gets the same time: it is part of the reading's key. */
    Instant of(JsonNode reading, Instant arrived) {
        return field.flatMap(name -> stated(reading.path(name)))
                .filter(time -> !time.isAfter(arrived.plus(maxFuture)) && !time.isBefore(arrived.minus(maxBacklog)))
                .filter(time -> time.isBefore(arrived))
                .orElse(arrived);
    }

    private static Optional<Instant> stated(JsonNode value) {
        try {
            if (value.isTextual()) {
                return Optional.of(
                        Instant.ofEpochMilli(Instant.parse(value.asText()).toEpochMilli()));
            }
            double number = value.isNumber() ? value.asDouble() : Double.NaN;
            return Double.isFinite(number)
                    ? Optional.of(Instant.ofEpochMilli((long) (number < LEAST_MILLIS ? number * 1000 : number)))
                    : Optional.empty();
        } catch (DateTimeException | ArithmeticException noTime) {
            return Optional.empty();
        }
    }
}
