package io.millrace.commands.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.store.StateStore.Values;
import io.millrace.schemas.Json;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The last value of every top-level field of each device in a batch, with its time. A device has room for so many fields and
 * characters; what goes beyond is in the history only. Used by one thread, for one batch.
 */
final class StateFold {
    private static final int MOST_FIELDS = 250;
    private static final int MOST_CHARACTERS = 32 << 10;

    private final Map<String, Fields> devices = new LinkedHashMap<>();

    private record Value(JsonNode json, Instant at) {}

    private static final class Fields {
        private final Map<String, Value> values = new LinkedHashMap<>();
        private Instant at = Instant.MIN;
    }

    void add(String device, JsonNode object, Instant at) {
        Fields fields = devices.computeIfAbsent(device, d -> new Fields());
        object.properties().forEach(field -> {
            Value before = fields.values.get(field.getKey());
            if (before == null ? fields.values.size() < MOST_FIELDS : !at.isBefore(before.at)) {
                fields.values.put(field.getKey(), new Value(field.getValue(), at));
            }
        });
        fields.at = at.isAfter(fields.at) ? at : fields.at;
    }

    Collection<Values> values() {
        return devices.entrySet().stream()
                .map(device -> values(device.getKey(), device.getValue()))
                .toList();
    }

    private static Values values(String device, Fields fields) {
        ObjectNode values = Json.mapper().createObjectNode();
        ObjectNode times = Json.mapper().createObjectNode();
        int room = MOST_CHARACTERS;
        for (Map.Entry<String, Value> field : fields.values.entrySet()) {
            JsonNode json = field.getValue().json();
            int length = field.getKey().length() + (json.isContainerNode() ? json.toString() : json.asText()).length();
            if (length <= room) {
                room -= length;
                values.set(field.getKey(), json);
                times.put(field.getKey(), field.getValue().at().toString());
            }
        }
        return new Values(device, values.toString(), times.toString(), fields.at);
    }
}
