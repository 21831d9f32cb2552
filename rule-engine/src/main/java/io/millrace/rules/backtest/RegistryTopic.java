package io.millrace.rules.backtest;

import io.millrace.rules.evaluation.RegisteredAttributes;
import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.schemas.DeviceRecord;
import io.millrace.schemas.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** The registry as {@code device-registry} has it now. */
public final class RegistryTopic {

    private RegistryTopic() {}

    /** By device id; empty if there is no such topic. */
    public static Map<String, DeviceAttributes> read(Map<String, String> properties, String topic) throws IOException {
        Map<String, DeviceAttributes> devices = new LinkedHashMap<>();
        for (Map.Entry<String, byte[]> device : latest(properties, topic).entrySet()) {
            try {
                DeviceRecord record = Json.read(device.getValue(), DeviceRecord.class);
                devices.put(device.getKey(), RegisteredAttributes.of(record));
            } catch (IllegalArgumentException broken) {
                throw new IOException(
                        "topic " + topic + ", device " + device.getKey() + ": " + broken.getMessage(), broken);
            }
        }
        return devices;
    }

    private static Map<String, byte[]> latest(Map<String, String> properties, String topic) throws IOException {
        Map<String, byte[]> devices = new LinkedHashMap<>();
        try (TopicRange records = new TopicRange(properties, topic, OptionalLong.empty())) {
            if (records.exists()) {
                records.readTo(record -> {
                    if (record.key() != null) {
                        String id = new String(record.key(), StandardCharsets.UTF_8);
                        var unused = record.value() == null ? devices.remove(id) : devices.put(id, record.value());
                    }
                });
            }
        }
        return devices;
    }
}
