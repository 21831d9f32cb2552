package io.millrace.rules.cel;

import dev.cel.common.types.SimpleType;
import io.millrace.rules.expression.NumberExpression;
import io.millrace.runtime.config.Nearest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.function.ToIntFunction;

/** Parts of {@code now}, counted as CEL counts them: Sunday is 0, months and days of the month begin at 0, {@code getDate} at 1. */
final class Times extends Family {

    Times() {
        part("getFullYear", ZonedDateTime::getYear);
        part("getMonth", time -> time.getMonthValue() - 1);
        part("getDate", ZonedDateTime::getDayOfMonth);
        part("getDayOfMonth", time -> time.getDayOfMonth() - 1);
        part("getDayOfYear", time -> time.getDayOfYear() - 1);
        part("getDayOfWeek", time -> time.getDayOfWeek().getValue() % 7);
        part("getHours", ZonedDateTime::getHour);
        part("getMinutes", ZonedDateTime::getMinute);
        part("getSeconds", ZonedDateTime::getSecond);
        part("getMilliseconds", time -> time.getNano() / 1_000_000);
        function("timestamp", Times::timestamp).takes(SimpleType.TIMESTAMP, SimpleType.STRING);
    }

    private void part(String name, ToIntFunction<ZonedDateTime> part) {
        member(name, call -> {
                    ZoneId zone = call.size() == 1 ? ZoneOffset.UTC : zone(call);
                    NumberExpression time = call.argument(0).number();
                    return Term.number(frame -> {
                        double millis = time.num(frame);
                        return Double.isNaN(millis)
                                ? Double.NaN
                                : part.applyAsInt(
                                        Instant.ofEpochMilli((long) millis).atZone(zone));
                    });
                })
                .takes(SimpleType.DOUBLE, SimpleType.TIMESTAMP)
                .takes(SimpleType.DOUBLE, SimpleType.TIMESTAMP, SimpleType.STRING);
    }

    private static ZoneId zone(Call call) throws Refused {
        String name = call.constantText(1, "the time zone");
        try {
            return ZoneId.of(name);
        } catch (DateTimeException unknown) {
            String help = Nearest.to(name, ZoneId.getAvailableZoneIds())
                    .map(near -> "did you mean \"" + near + "\"?")
                    .orElse("an IANA name such as \"Europe/Berlin\"");
            throw call.refuse("E111", 1, "unknown time zone \"" + name + "\"", help);
        }
    }

    private static Term timestamp(Call call) throws Refused {
        String text = call.constantText(0, "the time");
        try {
            double millis = Instant.parse(text).toEpochMilli();
            return Term.time(frame -> millis);
        } catch (DateTimeParseException mistake) {
            throw call.refuse("E206", 0, "not a time", "write it as \"2026-11-22T10:00:00Z\"");
        }
    }
}
