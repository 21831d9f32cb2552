package io.millrace.commands.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says in words what a JSON Schema takes, for the person who sent something else. */
final class Expected {
    private static final Map<String, String> TYPES = Map.of(
            "string", "a text",
            "number", "a number",
            "integer", "a whole number",
            "boolean", "true or false",
            "object", "an object",
            "array", "an array",
            "null", "null");

    private Expected() {}

    static String of(JsonObject schema) {
        if (schema.getValue("enum") instanceof JsonArray values) {
            return values.stream().map(String::valueOf).collect(Collectors.joining(", ", "one of ", ""));
        }
        if (schema.containsKey("const")) {
            return String.valueOf(schema.getValue("const"));
        }
        if (schema.containsKey("pattern") || schema.containsKey("format")) {
            return Optional.ofNullable(schema.getString("description")).orElseGet(() -> unexplained(schema));
        }
        List<String> types = types(schema.getValue("type"));
        String text = types.stream().map(type -> TYPES.getOrDefault(type, type)).collect(Collectors.joining(" or "));
        if (types.contains("string")) {
            return text + range(schema, "minLength", "maxLength", " of ", " characters");
        }
        if (types.contains("integer") || types.contains("number")) {
            return text + range(schema, "minimum", "maximum", " ", "");
        }
        if (types.contains("array")) {
            return text + range(schema, "minItems", "maxItems", " of ", " items");
        }
        if (types.contains("object")) {
            return text + range(schema, "minProperties", "maxProperties", " of ", " fields");
        }
        return text.isEmpty() ? "a value" : text;
    }

    private static String unexplained(JsonObject schema) {
        return schema.containsKey("pattern")
                ? "a text that matches " + schema.getString("pattern")
                : "a " + schema.getString("format");
    }

    private static List<String> types(@Nullable Object type) {
        return type instanceof JsonArray several
                ? several.stream().map(String::valueOf).toList()
                : type == null ? List.of() : List.of(String.valueOf(type));
    }

    private static String range(JsonObject schema, String min, String max, String before, String after) {
        Object least = schema.getValue(min);
        Object most = schema.getValue(max);
        if (least == null && most == null) {
            return "";
        }
        if (least == null) {
            return before + "at most " + most + after;
        }
        return most == null
                ? before + "at least " + least + after
                : before + (before.isBlank() ? "from " : "") + least + " to " + most + after;
    }
}
