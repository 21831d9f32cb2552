package io.millrace.rules.expression;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Values of any type as texts. */
public final class Values {

    private Values() {}

    /** As templates and {@code string(x)} write it: numbers as {@link Numbers#text}, durations as {@code 1h30m}, times RFC 3339. */
    public static String text(Object value) {
        if (value instanceof Double number) {
            return Numbers.text(number);
        }
        if (value instanceof Duration duration) {
            return Durations.text(duration);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Values::text).collect(Collectors.joining(", ", "[", "]"));
        }
        return value.toString();
    }
}
