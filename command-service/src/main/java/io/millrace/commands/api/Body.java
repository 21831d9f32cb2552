package io.millrace.commands.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Json;
import io.millrace.schemas.Role;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The JSON object that a request carries, read field by field. Every reading throws a {@link Problem} that names the field;
 * {@link #finish} does so for fields that nobody asked for, which are most often misspelt.
 */
final class Body {
    private static final int MAX_LABELS = 64;
    private static final int MAX_LABEL = 256;

    private final JsonNode object;
    private final Set<String> read = new HashSet<>();

    private final String prefix;

    private Body(JsonNode object, String prefix) {
        this.object = object;
        this.prefix = prefix;
    }

    static Body parse(byte[] bytes) {
        JsonNode node;
        try {
            node = Json.read(bytes, JsonNode.class);
        } catch (IllegalArgumentException e) {
            throw Problem.of(400, "invalid-json", "the body is not JSON: " + e.getMessage());
        }
        if (!node.isObject()) {
            throw Problem.of(400, "invalid-json", "the body is " + kind(node) + " (expected a JSON object)");
        }
        Unwritable.in(node).ifPresent(field -> {
            throw Problem.field(field, "a text with " + Unwritable.WHAT, "characters that UTF-8 has, and not U+0000");
        });
        return new Body(node, "");
    }

    /** The object itself, whatever its fields. */
    JsonNode whole() {
        return object;
    }

    boolean has(String field) {
        return object.has(field);
    }

    /** Empty if it is not there or null. */
    Optional<JsonNode> any(String field) {
        read.add(field);
        return Optional.ofNullable(object.get(field)).filter(node -> !node.isNull());
    }

    String text(String field, int maxLength) {
        return maybeText(field, maxLength)
                .orElseThrow(
                        () -> Problem.field(prefix + field, "missing", "a text of 1 to " + maxLength + " characters"));
    }

    Optional<String> maybeText(String field, int maxLength) {
        return any(field).map(node -> {
            String text = node.textValue();
            if (text == null || text.isEmpty() || text.length() > maxLength) {
                throw Problem.field(prefix + field, node.toString(), "a text of 1 to " + maxLength + " characters");
            }
            return text;
        });
    }

    Optional<Boolean> flag(String field) {
        return any(field).map(node -> {
            if (!node.isBoolean()) {
                throw Problem.field(prefix + field, node.toString(), "true or false");
            }
            return node.booleanValue();
        });
    }

    Optional<Integer> number(String field, int min, int max) {
        return any(field).map(node -> {
            if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < min || node.intValue() > max) {
                throw Problem.field(prefix + field, node.toString(), "a whole number from " + min + " to " + max);
            }
            return node.intValue();
        });
    }

    Optional<Duration> duration(String field, Duration max) {
        return any(field).map(node -> {
            String expected = "a duration such as \"60s\" or \"1h30m\", at most " + max.toDays() + "d";
            Duration duration = Optional.ofNullable(node.textValue())
                    .flatMap(Durations::parse)
                    .orElseThrow(() -> Problem.field(prefix + field, node.toString(), expected));
            if (duration.isZero() || duration.compareTo(max) > 0) {
                throw Problem.field(prefix + field, node.toString(), expected);
            }
            return duration;
        });
    }

    /** A part of its own, whose fields are named {@code field.name}; to be finished by itself. */
    Optional<Body> object(String field) {
        return any(field).map(node -> {
            if (!node.isObject()) {
                throw Problem.field(prefix + field, kind(node), "an object");
            }
            return new Body(node, prefix + field + ".");
        });
    }

    Role role(String field) {
        String text = text(field, 32);
        try {
            return Role.parse(text);
        } catch (IllegalArgumentException e) {
            throw Problem.field(prefix + field, "\"" + text + "\"", "viewer, operator, admin or provisioning");
        }
    }

    /** Texts by name; numbers and bools are taken as their text. */
    Optional<Map<String, String>> labels(String field) {
        return any(field).map(node -> {
            Map<String, String> labels = new LinkedHashMap<>();
            members(field, node).forEach((key, value) -> {
                if (!value.isValueNode() || value.isNull() || value.asText().length() > MAX_LABEL) {
                    throw Problem.field(
                            prefix + field + "." + key,
                            value.toString(),
                            "a text of at most " + MAX_LABEL + " characters");
                }
                labels.put(key, value.asText());
            });
            return labels;
        });
    }

    /** Text, number or bool by name. */
    Optional<Map<String, JsonNode>> attributes(String field) {
        return any(field).map(node -> {
            Map<String, JsonNode> attributes = members(field, node);
            attributes.forEach((key, value) -> {
                if (!value.isTextual() && !value.isNumber() && !value.isBoolean()) {
                    throw Problem.field(prefix + field + "." + key, value.toString(), "a text, a number or a bool");
                }
            });
            return attributes;
        });
    }

    private Map<String, JsonNode> members(String field, JsonNode node) {
        if (!node.isObject() || node.size() > MAX_LABELS) {
            throw Problem.field(prefix + field, kind(node), "an object of at most " + MAX_LABELS + " fields");
        }
        Map<String, JsonNode> members = new LinkedHashMap<>();
        node.properties().forEach(e -> {
            if (e.getKey().isEmpty() || e.getKey().length() > MAX_LABEL) {
                throw Problem.field(
                        prefix + field, "\"" + e.getKey() + "\"", "names of 1 to " + MAX_LABEL + " characters");
            }
            members.put(e.getKey(), e.getValue());
        });
        return members;
    }

    void finish() {
        object.fieldNames().forEachRemaining(name -> {
            if (!read.contains(name)) {
                throw Problem.field(
                        prefix + name,
                        "unknown",
                        String.join(", ", read.stream().sorted().toList()));
            }
        });
    }

    static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> "a text";
            case NUMBER -> "a number";
            case BOOLEAN -> "a bool";
            case NULL -> "null";
            case BINARY, MISSING, POJO -> "nothing";
        };
    }
}
