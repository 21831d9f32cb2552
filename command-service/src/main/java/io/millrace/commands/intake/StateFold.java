package io.millrace.commands.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.store.StateStore.Values;
import io.millrace.schemas.Json;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The last value of every top-level field of each device in a batch, with its time. Used by one thread, for one batch. */
final class StateFold {
    private final Map<String, Fields> devices = new LinkedHashMap<>();

    private static final class Fields {
        private final ObjectNode values = Json.mapper().createObjectNode();
        private final ObjectNode times = Json.mapper().createObjectNode();
        private Instant at = Instant.EPOCH;
    }

    void add(String device, JsonNode object, Instant at) {
        Fields fields = devices.computeIfAbsent(device, d -> new Fields());
        String time = at.toString();
        object.properties().forEach(field -> {
            fields.values.set(field.getKey(), field.getValue());
            fields.times.put(field.getKey(), time);
        });
        fields.at = at;
    }

    Collection<Values> values() {
        return devices.entrySet().stream()
                .map(e -> new Values(
                        e.getKey(),
                        e.getValue().values.toString(),
                        e.getValue().times.toString(),
                        e.getValue().at))
                .toList();
    }
}
