package io.millrace.rules.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.rules.expression.DeviceAttributes;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Devices as JSON lines, as one imports them: {@code {"id": "gh-1", "labels": {"site": "berlin"}, "attributes": {"maxTemp": 8}}}. */
final class RegistryFile {

    private RegistryFile() {}

    /** @throws IOException that names the line, if one is no device */
    static Map<String, DeviceAttributes> read(Path file) throws IOException {
        Map<String, DeviceAttributes> devices = new LinkedHashMap<>();
        int number = 0;
        try (BufferedReader lines = SampleFile.open(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                JsonNode device = SampleFile.tree(line, file + ":" + number);
                String id = device.path("id").asText("");
                if (id.isEmpty()) {
                    throw new IOException(file + ":" + number + ": no device (expected {\"id\": …, \"labels\": {…}})");
                }
                devices.put(id, attributes(device));
            }
        }
        return devices;
    }

    private static DeviceAttributes attributes(JsonNode device) {
        Map<String, String> labels = new HashMap<>();
        device.path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        Map<String, Object> attributes = new HashMap<>();
        device.path("attributes").properties().forEach(attribute -> value(attribute.getValue())
                .ifPresent(value -> attributes.put(attribute.getKey(), value)));
        return new DeviceAttributes(labels, attributes);
    }

    private static Optional<Object> value(JsonNode value) {
        if (value.isNumber()) {
            return Optional.of(value.asDouble());
        }
        if (value.isBoolean()) {
            return Optional.of(value.asBoolean());
        }
        if (value.isArray()) {
            List<Object> elements = new ArrayList<>();
            value.forEach(element -> value(element).ifPresent(elements::add));
            return Optional.of(elements);
        }
        return value.isTextual() ? Optional.of(value.asText()) : Optional.empty();
    }
}
