package io.millrace.commands.api;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import io.vertx.json.schema.OutputUnit;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the validator says, as a {@link Problem} with the field, its value and what the document expects there. */
final class Violation {
    private static final Pattern MISSING = Pattern.compile("required property \"(.*)\"$", Pattern.DOTALL);
    /** Keywords that are violated only because something below them is. */
    private static final Set<String> CONTAINERS =
            Set.of("properties", "items", "additionalProperties", "allOf", "anyOf", "oneOf");

    private final JsonObject schema;
    private final @Nullable Object instance;

    private Violation(JsonObject schema, @Nullable Object instance) {
        this.schema = schema;
        this.instance = instance;
    }

    /** What had been expected of a parameter. */
    static String expected(Schema schema, OutputUnit unit) {
        return Expected.of(new Violation(schema.json(), null).schemaAt(deepest(unit)));
    }

    /** What is wrong with a body. */
    static Problem problem(Schema schema, @Nullable Object body, OutputUnit unit) {
        return new Violation(schema.json(), body).problem(deepest(unit));
    }

    private static OutputUnit deepest(OutputUnit unit) {
        List<OutputUnit> errors = unit.getErrors();
        return errors.stream()
                .filter(error -> !CONTAINERS.contains(keyword(error)))
                .findFirst()
                .orElseGet(() -> errors.get(0));
    }

    private static String keyword(OutputUnit unit) {
        String location = unit.getKeywordLocation();
        return location.substring(location.lastIndexOf('/') + 1);
    }

    private Problem problem(OutputUnit unit) {
        String field = field(unit.getInstanceLocation());
        Matcher missing = MISSING.matcher(unit.getError());
        JsonObject violated = schemaAt(unit);
        if (keyword(unit).equals("required") && missing.find()) {
            String name = missing.group(1);
            return Problem.field(
                    Stream.of(field, name)
                            .filter(part -> !part.isEmpty())
                            .reduce((a, b) -> a + "." + b)
                            .orElse(name),
                    "missing",
                    Expected.of(violated.getJsonObject("properties", new JsonObject())
                            .getJsonObject(name, new JsonObject())));
        }
        if (keyword(unit).equals("additionalProperties")) {
            Set<String> known = new TreeSet<>(
                    violated.getJsonObject("properties", new JsonObject()).fieldNames());
            return Problem.field(field, "unknown", known.isEmpty() ? "nothing" : "one of " + String.join(", ", known));
        }
        if (field.isEmpty()) {
            return Problem.of(
                    400,
                    "invalid-json",
                    "the body is " + shown(instance) + " (expected " + Expected.of(violated) + ")");
        }
        Object value = pointer(unit.getInstanceLocation()).queryJson(instance);
        return Problem.field(field, shown(value), Expected.of(violated));
    }

    private static String shown(@Nullable Object value) {
        return Json.encode(value);
    }

    /** The schema that holds the violated keyword. */
    private JsonObject schemaAt(OutputUnit unit) {
        String location = unit.getKeywordLocation();
        return pointer(location.substring(0, location.lastIndexOf('/'))).queryJson(schema) instanceof JsonObject holder
                ? holder
                : new JsonObject();
    }

    /** {@code #/labels/floor}, perhaps after an address. */
    private static JsonPointer pointer(String location) {
        return JsonPointer.from(location.substring(location.indexOf('#') + 1));
    }

    /** {@code #/jwtKeys/0/algorithm} is {@code jwtKeys[0].algorithm}. */
    private static String field(String location) {
        StringBuilder field = new StringBuilder();
        for (String part : location.substring(location.indexOf('#') + 1).split("/", -1)) {
            String name = part.replace("~1", "/").replace("~0", "~");
            if (name.matches("\\d{1,9}")) {
                field.append('[').append(name).append(']');
            } else if (!name.isEmpty()) {
                field.append(field.isEmpty() ? "" : ".").append(name);
            }
        }
        return field.toString();
    }
}
