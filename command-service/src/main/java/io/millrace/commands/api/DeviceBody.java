package io.millrace.commands.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A device as a request or a line of an import has it. Lines are not held against the document, which would take longer than all else that
 * is done for them; so everything is checked here: every reading throws a {@link Problem} that names the field, {@link #finish} does so
 * for fields that nobody asked for, which are most often misspelt.
 */
final class DeviceBody {
    private static final int MOST_MEMBERS = 64;
    private static final int LONGEST_MEMBER = 256;

    private final JsonNode object;
    private final Set<String> read = new HashSet<>();

    DeviceBody(Body body) {
        this.object = body.whole();
    }

    boolean has(String field) {
        return object.has(field);
    }

    /** Empty if it is not there or null. */
    Optional<JsonNode> any(String field) {
        read.add(field);
        return Optional.ofNullable(object.get(field)).filter(node -> !node.isNull());
    }

    Optional<String> text(String field, int minLength, int maxLength) {
        return any(field).map(node -> {
            String text = node.textValue();
            if (text == null || text.length() < minLength || text.length() > maxLength) {
                throw Problem.field(
                        field,
                        // A secret of the wrong length is not shown.
                        text == null ? node.toString() : text.length() + " characters",
                        "a text of " + minLength + " to " + maxLength + " characters");
            }
            return text;
        });
    }

    Optional<Boolean> flag(String field) {
        return any(field).map(node -> {
            if (!node.isBoolean()) {
                throw Problem.field(field, node.toString(), "true or false");
            }
            return node.booleanValue();
        });
    }

    Optional<JsonNode> object(String field) {
        return any(field).map(node -> {
            if (!node.isObject()) {
                throw Problem.field(field, Body.kind(node), "an object");
            }
            return node;
        });
    }

    /** Texts by name; numbers and bools are taken as their text. */
    Optional<Map<String, String>> labels(String field) {
        return any(field).map(node -> {
            Map<String, String> labels = new LinkedHashMap<>();
            members(field, node).forEach((key, value) -> {
                if (!value.isValueNode() || value.isNull() || value.asText().length() > LONGEST_MEMBER) {
                    throw Problem.field(
                            field + "." + key, value.toString(), "a text of at most " + LONGEST_MEMBER + " characters");
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
                    throw Problem.field(field + "." + key, value.toString(), "a text, a number or a bool");
                }
            });
            return attributes;
        });
    }

    private static Map<String, JsonNode> members(String field, JsonNode node) {
        if (!node.isObject() || node.size() > MOST_MEMBERS) {
            throw Problem.field(field, Body.kind(node), "an object of at most " + MOST_MEMBERS + " fields");
        }
        Map<String, JsonNode> members = new LinkedHashMap<>();
        node.properties().forEach(member -> {
            String name = member.getKey();
            if (name.isEmpty() || name.length() > LONGEST_MEMBER) {
                throw Problem.field(field, "\"" + name + "\"", "names of 1 to " + LONGEST_MEMBER + " characters");
            }
            members.put(name, member.getValue());
        });
        return members;
    }

    void finish() {
        object.fieldNames().forEachRemaining(name -> {
            if (!read.contains(name)) {
                throw Problem.field(
                        name,
                        "unknown",
                        String.join(", ", read.stream().sorted().toList()));
            }
        });
    }
}
