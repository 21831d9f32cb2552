package io.millrace.simulator.payload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Readings from a file, one JSON object a line, given again in their order and from the beginning when they are over. Devices begin at
 * different lines. `messageId` and `deviceId` of the file give way to the device's own. Held in memory once, for all devices.
 */
public final class Replay {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_LINES = 1_000_000;
    private static final int MOST_PROBLEMS = 10;

    private final List<byte[]> lines;

    private Replay(List<byte[]> lines) {
        this.lines = lines;
    }

    /** @throws IllegalArgumentException that names the lines that are no objects */
    public static Replay of(Path file) throws IOException {
        List<byte[]> lines = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        int number = 0;
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                if (lines.size() == MOST_LINES) {
                    problems.add(file + ":" + number + ": (expected at most " + MOST_LINES + " readings)");
                    break;
                }
                read(line, file + ":" + number, lines, problems);
                if (problems.size() == MOST_PROBLEMS) {
                    break;
                }
            }
        }
        if (problems.isEmpty() && lines.isEmpty()) {
            problems.add(file + ": holds no reading (expected one JSON object a line)");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join(System.lineSeparator(), problems));
        }
        return new Replay(List.copyOf(lines));
    }

    private static void read(String line, String place, List<byte[]> lines, List<String> problems) {
        try {
            JsonNode json = JSON.readTree(line);
            if (json instanceof ObjectNode reading) {
                JsonNode unused = reading.remove(List.of("messageId", "deviceId"));
                String members = reading.toString();
                lines.add(members.substring(1, members.length() - 1).getBytes(StandardCharsets.UTF_8));
                return;
            }
        } catch (IOException noJson) {
            problems.add(place + ": no JSON (expected a JSON object)");
            return;
        }
        problems.add(place + ": (expected a JSON object)");
    }

    public int size() {
        return lines.size();
    }

    /** The members of a reading, without the braces. */
    byte[] members(int index) {
        return lines.get(index);
    }
}
