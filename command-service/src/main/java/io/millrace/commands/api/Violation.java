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

    /** What is wrong with a parameter, or with one of its values if it may be given several times. */
    static Problem ofParameter(String name, Schema schema, Object value, OutputUnit unit) {
        return new Violation(schema.json(), value).problem(name, deepest(unit));
    }

    /** What is wrong with a body. */
    static Problem ofBody(Schema schema, JsonObject body, OutputUnit unit) {
        OutputUnit deepest = deepest(unit);
        return new Violation(schema.json(), body).problem(field(deepest.getInstanceLocation()), deepest);
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

    private Problem problem(String field, OutputUnit unit) {
        Matcher missing = MISSING.matcher(unit.getError());
        JsonObject violated = schemaAt(unit);
        JsonObject properties = violated.getJsonObject("properties", new JsonObject());
        if (keyword(unit).equals("required") && missing.find()) {
            String name = missing.group(1);
            return Problem.field(
                    field.isEmpty() ? name : field + "." + name,
                    "missing",
                    Expected.of(properties.getJsonObject(name, new JsonObject())));
        }
        if (keyword(unit).equals("additionalProperties")) {
            Set<String> known = new TreeSet<>(properties.fieldNames());
            return Problem.field(field, "unknown", known.isEmpty() ? "nothing" : "one of " + String.join(", ", known));
        }
        Object value = pointer(unit.getInstanceLocation()).queryJson(instance);
        return Problem.field(
                field.isEmpty() ? "the body" : field,
                violated.getBoolean("writeOnly", false) ? hidden(value) : Json.encode(value),
                Expected.of(violated));
    }

    /** A password is not shown. */
    private static String hidden(@Nullable Object value) {
        return value instanceof String text ? text.length() + " characters" : "another type";
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
