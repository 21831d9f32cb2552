package io.millrace.commands.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A field of a reading by the name that rules give it too: {@code temperature}, {@code imu.x} for one inside an object. Where a device
 * sends {@code "imu.x"} in one word, that one is meant.
 */
record FieldPath(String name) {
    static final int MOST = 50;
    private static final int LONGEST = 256;
    /** Objects deeper than that are not looked into when nobody says which fields are meant. */
    private static final int DEEPEST = 4;

    /** Of the parameter {@code fields}; empty if it is not given. */
    static List<FieldPath> of(Call call) {
        List<String> names =
                call.query("fields").map(text -> List.of(text.split(",", -1))).orElse(List.of());
        for (String name : names) {
            if (name.isEmpty() || name.length() > LONGEST) {
                throw Problem.field(
                        "fields", "\"" + name + "\"", "names of 1 to " + LONGEST + " characters, comma between");
            }
        }
        if (names.size() > MOST) {
            throw Problem.field("fields", names.size() + " names", "at most " + MOST);
        }
        return names.stream().distinct().map(FieldPath::new).toList();
    }

    /** What a device has sent so far, as far down as there are objects; the first {@link #MOST}. */
    static List<FieldPath> leaves(JsonNode values, boolean numbersOnly) {
        List<FieldPath> found = new ArrayList<>();
        values.properties().forEach(field -> collect(field.getKey(), field.getValue(), numbersOnly, DEEPEST, found));
        return found.stream().distinct().limit(MOST).toList();
    }

    private static void collect(String name, JsonNode value, boolean numbersOnly, int deeper, List<FieldPath> found) {
        if (value.isObject() && deeper > 0) {
            value.properties()
                    .forEach(field ->
                            collect(name + "." + field.getKey(), field.getValue(), numbersOnly, deeper - 1, found));
        } else if (value.isNumber() || !numbersOnly) {
            found.add(new FieldPath(name));
        }
    }

    Optional<JsonNode> in(JsonNode reading) {
        JsonNode value = reading.path(name);
        if (value.isMissingNode()) {
            value = reading;
            for (String part : name.split("\\.", -1)) {
                value = value.path(part);
            }
        }
        return value.isMissingNode() ? Optional.empty() : Optional.of(value);
    }
}
