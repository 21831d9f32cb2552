package io.millrace.rules.lint;

import io.millrace.rules.expression.Values;
import java.util.Map;
import java.util.stream.Collectors;

/** Values as a warning shows them: {@code 31}, or {@code ledState false, lux 4}. */
final class Example {

    private Example() {}

    static String of(Map<String, Object> values) {
        if (values.isEmpty()) {
            return "anything";
        }
        if (values.size() == 1) {
            return text(values.values().iterator().next());
        }
        return named(values);
    }

    static String named(Map<String, Object> values) {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + " " + text(entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    static String text(Object value) {
        return value instanceof String text ? '"' + text + '"' : Values.text(value);
    }
}
