package io.millrace.rules.evaluation;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * Whether devices say when a reading was taken, and how far that is believed. A time without bounds is not: the time at which the
 * gateway received it counts then. ESP32s without SNTP have no time, which is why none is asked for unless it is set.
 *
 * @param field of the message: seconds or milliseconds since 1970, or RFC 3339 text; empty = readings have no time of their own
 * @param maxFuture a time further ahead of the gateway's is not believed; one less far ahead counts as the gateway's
 * @param maxBacklog nor is one further behind
 */
public record DeviceTime(String field, Duration maxFuture, Duration maxBacklog) {

    public static final DeviceTime NONE = new DeviceTime("", Duration.ofMinutes(1), Duration.ofHours(24));

    /** Numbers below it are seconds: as milliseconds they would lie in 1973. */
    private static final double LEAST_MILLIS = 1e11;

    boolean isUsed() {
        return !field.isEmpty();
    }

    /** Whether that time (NaN if none was given) may be used for a message that came at {@code received}. */
    boolean believes(double time, long received) {
        return time <= received + maxFuture.toMillis() && time >= received - maxBacklog.toMillis();
    }

    static double millis(double number) {
        return number < LEAST_MILLIS ? number * 1000 : number;
    }

    /** NaN if it is no time. */
    static double millis(String text) {
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException | ArithmeticException noTime) {
            return Double.NaN;
        }
    }
}
