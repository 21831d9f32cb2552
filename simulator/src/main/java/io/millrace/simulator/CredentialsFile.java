package io.millrace.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of lines `id:secret`. The last colon of a line divides it, because an id may be a MAC address. Empty lines and lines that
 * begin with `#` are skipped.
 */
final class CredentialsFile {
    private CredentialsFile() {}

    /** Throws IllegalArgumentException that names all wrong lines, never a secret. */
    static List<DeviceCredentials> read(Path file) throws IOException {
        List<DeviceCredentials> devices = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        int number = 0;
        for (String raw : Files.readAllLines(file)) {
            number++;
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int colon = line.lastIndexOf(':');
            if (colon < 1 || colon == line.length() - 1) {
                problems.add(file + ":" + number + ": (expected id:secret)");
                continue;
            }
            try {
                devices.add(DeviceCredentials.withSecret(line.substring(0, colon), line.substring(colon + 1)));
            } catch (IllegalArgumentException wrong) {
                problems.add(file + ":" + number + ": " + wrong.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join(System.lineSeparator(), problems));
        }
        return devices;
    }
}
