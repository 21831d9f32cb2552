package io.millrace.rules.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.schemas.DeviceRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

/** What rules can ask of a device in the registry. Texts, numbers, bools and lists; anything else an attribute may hold is missing to them. */
public final class RegisteredAttributes {

    private RegisteredAttributes() {}

    public static DeviceAttributes of(DeviceRecord device) {
        return of(device.type(), device.labels(), device.attributes());
    }

    /** @param type is an attribute like the others to rules */
    public static DeviceAttributes of(
            Optional<String> type, Map<String, String> labels, Map<String, JsonNode> attributes) {
        Map<String, Object> known = new HashMap<>();
        type.ifPresent(word -> known.put("type", word));
        attributes.forEach((name, value) -> value(value).ifPresent(found -> known.put(name, found)));
        return new DeviceAttributes(labels, known);
    }

    /** Whether some of it is more than is kept of a device. */
    public static boolean isCut(DeviceRecord device, DeviceAttributes kept) {
        Set<String> known = new HashSet<>(device.type().isPresent() ? Set.of("type") : Set.of());
        device.attributes().forEach((name, value) -> value(value).ifPresent(found -> known.add(name)));
        return kept.labels().size() < device.labels().size()
                || kept.attributes().size() < known.size();
    }

    private static Optional<Object> value(JsonNode value) {
        if (value.isNumber()) {
            return Optional.of(value.doubleValue()).filter(Double::isFinite).map(Object.class::cast);
        }
        if (value.isBoolean()) {
            return Optional.of(value.booleanValue());
        }
        if (value.isArray()) {
            return Optional.of(StreamSupport.stream(value.spliterator(), false)
                    .map(JsonNode::asText)
                    .toList());
        }
        return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
    }
}
