package io.millrace.rules.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.rules.evaluation.RegisteredAttributes;
import io.millrace.rules.expression.DeviceAttributes;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Devices as JSON lines, as {@code POST /devices/import} takes them: {@code {"id": "gh-1", "type": "fridge", "labels": {"site": "berlin"},
 * "attributes": {"maxTemp": 8}}}; other keys are passed over.
 */
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
        Map<String, JsonNode> attributes = new HashMap<>();
        device.path("attributes")
                .properties()
                .forEach(attribute -> attributes.put(attribute.getKey(), attribute.getValue()));
        Optional<String> type = Optional.of(device.path("type").asText("")).filter(word -> !word.isEmpty());
        return RegisteredAttributes.of(type, labels, attributes);
    }
}
