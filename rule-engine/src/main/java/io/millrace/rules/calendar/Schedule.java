package io.millrace.rules.calendar;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.Optional;

/**
 * Times given by a cron expression of five fields in a time zone. A time that a change of clocks skips comes at the first minute
 * after it, one that it repeats comes once, the first time. As in crontab, a day is one that fits either of the two day fields if
 * both say something.
 */
public final class Schedule {

    /** What {@link #next} answers if there is no next time. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final int FIELDS = 5;

    private final String expression;
    private final ZoneId zone;
    private final ExecutionTime times;

    /** @throws IllegalArgumentException if the expression is none, or gives no time at all; the message says why */
    public Schedule(String expression, ZoneId zone) {
        this.expression = expression;
        this.zone = zone;
        int fields = expression.strip().split("\\s+").length;
        if (fields != FIELDS) {
            throw new IllegalArgumentException(
                    "it has " + fields + (fields == 1 ? " field" : " fields") + ", not five");
        }
        // cron-utils takes them for several expressions in one, and stumbles over an empty one.
        if (expression.indexOf('|') >= 0) {
            throw new IllegalArgumentException("a field cannot have \"|\"");
        }
        Cron cron = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX)).parse(expression);
        times = ExecutionTime.forCron(cron);
        if (after(LocalDateTime.of(2024, 1, 1, 0, 0)).isEmpty()) {
            throw new IllegalArgumentException("it never comes");
        }
    }

    /** The first time after that one. */
    public long next(long time) {
        LocalDateTime local = LocalDateTime.ofInstant(Instant.ofEpochMilli(time), zone);
        while (true) {
            Optional<LocalDateTime> following = after(local);
            if (following.isEmpty()) {
                return NEVER;
            }
            local = following.get();
            long instant = instant(local);
            if (instant > time) {
                return instant;
            }
        }
    }

    /** On a calendar without changes of clocks. */
    private Optional<LocalDateTime> after(LocalDateTime local) {
        return times.nextExecution(local.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
    }

    private long instant(LocalDateTime local) {
        ZoneOffsetTransition change = zone.getRules().getTransition(local);
        Instant instant = change != null && change.isGap()
                ? change.getInstant()
                : local.atZone(zone).toInstant();
        return instant.toEpochMilli();
    }

    @Override
    public String toString() {
        return expression + " " + zone;
    }
}
