package io.millrace.commands.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.store.StateStore.Reported;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a device reports, put over what it reported before, as RFC 7396 has it: objects are merged however deep they stand, null takes
 * a field away, anything else takes its place. The time of a top-level field is that of the last report with anything in it.
 */
final class ReportedMerge {
    /** Beyond it the fields go of which was heard least lately. */
    static final int MOST_CHARACTERS = 32 << 10;

    private ReportedMerge() {}

    /** What is older than the last report is a repetition, and changes nothing. */
    static Reported merge(Reported before, JsonNode report, Instant at) {
        if (before.at().isPresent() && at.isBefore(before.at().get())) {
            return before;
        }
        ObjectNode values = before.values().deepCopy();
        ObjectNode times = before.times().deepCopy();
        report.properties().forEach(field -> {
            patch(values, field);
            if (values.has(field.getKey())) {
                times.put(field.getKey(), at.toString());
            } else {
                times.remove(field.getKey());
            }
        });
        shorten(values, times);
        return new Reported(values, times, Optional.of(at));
    }

    private static void patch(ObjectNode target, Map.Entry<String, JsonNode> field) {
        JsonNode value = field.getValue();
        if (value.isNull()) {
            target.remove(field.getKey());
        } else if (value.isObject()) {
            ObjectNode inner =
                    target.get(field.getKey()) instanceof ObjectNode there ? there : target.putObject(field.getKey());
            value.properties().forEach(one -> patch(inner, one));
        } else {
            target.set(field.getKey(), value);
        }
    }

    private static void shorten(ObjectNode values, ObjectNode times) {
        int excess = values.toString().length() - MOST_CHARACTERS;
        if (excess <= 0) {
            return;
        }
        List<String> oldestFirst = times.properties().stream()
                .sorted(Comparator.comparing(
                        field -> Instant.parse(field.getValue().asText())))
                .map(Map.Entry::getKey)
                .toList();
        for (String field : oldestFirst) {
            if (excess <= 0) {
                return;
            }
            excess -= field.length() + values.path(field).toString().length();
            values.remove(field);
            times.remove(field);
        }
    }
}
