package io.millrace.commands.api;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** From a moment (with it) to a later one (without it). */
record TimeRange(Instant from, Instant to) {
    private static final Duration DEFAULT = Duration.ofHours(1);
    /** PostgreSQL and every calendar know the years between. */
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /** Of the parameters {@code from} and {@code to}; without them the hour before {@code now}. */
    static TimeRange of(Call call, Instant now) {
        // Readings that arrive within this millisecond belong to it.
        Instant to = time(call, "to", now)
                .orElseGet(() -> now.truncatedTo(ChronoUnit.MILLIS).plusMillis(1));
        Instant from = time(call, "from", now).orElseGet(() -> to.minus(DEFAULT));
        inOrder(from, to);
        return new TimeRange(from, to);
    }

    /** @throws Problem about {@code from} unless it is before {@code to} */
    static void inOrder(Instant from, Instant to) {
        if (!from.isBefore(to)) {
            throw Problem.field("from", from.toString(), "a time before to (" + to + ")");
        }
    }

    /** {@code 2026-11-22T10:04:00Z}, {@code now}, or {@code -1h30m} for so long before now. */
    static Optional<Instant> time(Call call, String name, Instant now) {
        return call.query(name).map(text -> {
            try {
                Instant time = text.equals("now")
                        ? now
                        : text.startsWith("-")
                                ? now.minus(Durations.parse(text.substring(1)).orElseThrow(() -> wrong(name, text)))
                                : Instant.parse(text);
                if (!isUsual(time)) {
                    throw wrong(name, text);
                }
                return time;
            } catch (DateTimeException | ArithmeticException e) {
                throw wrong(name, text);
            }
        });
    }

    /** One that every calendar and PostgreSQL know. */
    static boolean isUsual(Instant time) {
        return !time.isBefore(EARLIEST) && !time.isAfter(LATEST);
    }

    private static Problem wrong(String name, String text) {
        return Problem.field(name, "\"" + text + "\"", "a time such as 2026-11-22T10:04:00Z, or -1h, or now");
    }

    Duration length() {
        return Duration.between(from, to);
    }
}
