package io.millrace.commands.api;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.millrace.schemas.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON object that a request carries, read field by field. The document has been asked before what may be in it, so that nothing is
 * checked here but what a schema cannot say.
 */
final class Body {
    private static final ObjectReader STRICT = Json.mapper()
            .readerFor(JsonNode.class)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);

    private final JsonNode object;
    private final String prefix;

    private Body(JsonNode object, String prefix) {
        this.object = object;
        this.prefix = prefix;
    }

    /** Fails with a {@link Problem} if that is not one JSON object. */
    static Body parse(byte[] bytes) {
        JsonNode node;
        try {
            node = STRICT.readValue(bytes);
        } catch (JsonProcessingException e) {
            throw Problem.of(
                    400, "invalid-json", "the body is not JSON: " + e.getOriginalMessage() + place(e.getLocation()));
        } catch (IOException e) {
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

    /** Nothing deeper than the parser goes has a place. */
    private static String place(@Nullable JsonLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    /** The object itself, whatever its fields. */
    JsonNode whole() {
        return object;
    }

    /** Empty if it is not there or null, as for all that follow. */
    Optional<JsonNode> any(String field) {
        return Optional.ofNullable(object.get(field)).filter(node -> !node.isNull());
    }

    /** One that the document requires. */
    String text(String field) {
        return maybeText(field)
                .orElseThrow(() -> new IllegalStateException("openapi.yaml does not require " + prefix + field));
    }

    Optional<String> maybeText(String field) {
        return any(field).map(JsonNode::textValue);
    }

    Optional<Boolean> flag(String field) {
        return any(field).map(JsonNode::booleanValue);
    }

    Optional<Integer> number(String field) {
        return any(field).map(JsonNode::intValue);
    }

    Optional<Duration> duration(String field, Duration max) {
        return maybeText(field).map(text -> Durations.parse(text)
                .filter(duration -> !duration.isZero() && duration.compareTo(max) <= 0)
                .orElseThrow(() -> Problem.field(
                        prefix + field,
                        "\"" + text + "\"",
                        "a duration such as \"60s\" or \"1h30m\", at most " + max.toDays() + "d")));
    }

    /** A part of its own, whose fields are named {@code field.name}. */
    Optional<Body> object(String field) {
        return any(field).map(node -> new Body(node, prefix + field + "."));
    }

    /** Each once, in their order. */
    Optional<List<String>> texts(String field) {
        return any(field).map(node -> {
            Set<String> texts = new LinkedHashSet<>();
            node.forEach(item -> texts.add(item.textValue()));
            return new ArrayList<>(texts);
        });
    }

    /** Texts by name; numbers and bools are taken as their text. */
    Optional<Map<String, String>> labels(String field) {
        return any(field).map(node -> {
            Map<String, String> labels = new LinkedHashMap<>();
            node.properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            return labels;
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
