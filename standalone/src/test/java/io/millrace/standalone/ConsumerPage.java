package io.millrace.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What docs/consumers.md shows. */
final class ConsumerPage {
    static final Path EXAMPLES = Path.of("..", "docs", "examples");
    private static final Path PAGE = Path.of("..", "docs", "consumers.md");

    private ConsumerPage() {}

    /** The lines of all its blocks in that language. */
    static List<String> lines(String language) throws IOException {
        List<String> lines = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("```")) {
                inside = line.equals("```" + language);
            } else if (inside && !line.isBlank()) {
                lines.add(line.strip());
            }
        }
        return lines;
    }

    /** Lines to type that begin so, for a broker elsewhere. */
    static List<String> commands(String begin, String bootstrapServers) throws IOException {
        return lines("sh").stream()
                .filter(line -> line.startsWith(begin))
                .map(line -> line.replace("127.0.0.1:9092", bootstrapServers))
                .toList();
    }
}
