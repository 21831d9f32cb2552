package io.millrace.rules.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.millrace.rules.lint.Recording;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.zip.GZIPInputStream;

/**
 * Telemetry as JSON lines: {@code {"device": "gh-1", "time": "2026-11-22T10:00:00Z", "value": {"temperature": 31}}}, the time as text
 * or in milliseconds; {@code .gz} is unpacked. Read line by line: as large as it likes.
 */
final class SampleFile {

    private static final String EXPECTED = "expected {\"device\": …, \"time\": …, \"value\": {…}}";
    private static final int DEEPEST = 8;
    private static final ObjectReader READER = new ObjectMapper().reader();

    private SampleFile() {}

    /** @throws IOException that names the line, if one is no message */
    static Recording read(Path file) throws IOException {
        Recording recording = new Recording();
        int number = 0;
        try (BufferedReader lines = open(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    add(line, file + ":" + number, recording);
                }
            }
        }
        return recording;
    }

    static BufferedReader open(Path file) throws IOException {
        InputStream bytes = Files.newInputStream(file);
        InputStream text = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
        return new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8));
    }

    private static void add(String line, String place, Recording recording) throws IOException {
        JsonNode message = tree(line, place);
        String device = message.path("device").asText("");
        OptionalLong time = time(message.path("time"));
        if (device.isEmpty() || time.isEmpty() || !message.path("value").isObject()) {
            throw new IOException(place + ": no message (" + EXPECTED + ")");
        }
        Map<String, Object> values = new HashMap<>();
        flatten("", message.path("value"), values, 0);
        recording.add(device, time.getAsLong(), values);
    }

    static JsonNode tree(String line, String place) throws IOException {
        try {
            return READER.readTree(line);
        } catch (JsonProcessingException mistake) {
            throw new IOException(place + ": not JSON (" + mistake.getOriginalMessage() + ")", mistake);
        }
    }

    private static OptionalLong time(JsonNode time) {
        if (time.isIntegralNumber()) {
            return OptionalLong.of(time.asLong());
        }
        try {
            return OptionalLong.of(Instant.parse(time.asText()).toEpochMilli());
        } catch (DateTimeParseException none) {
            return OptionalLong.empty();
        }
    }

    private static void flatten(String prefix, JsonNode object, Map<String, Object> values, int depth) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String name = prefix + field.getKey();
            JsonNode value = field.getValue();
            if (value.isObject() && depth < DEEPEST) {
                values.put(name, Map.of());
                flatten(name + ".", value, values, depth + 1);
            } else if (!value.isNull()) {
                values.put(name, value.isNumber() ? (Object) value.asDouble() : value.asText());
            }
        }
    }
}
