package io.millrace.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What the scenarios of one run came to, as text and JSON in {@code target}. Written anew after each, so that a run that breaks off has its part. */
final class FaultReport {
    private final Map<String, Entry> entries = new TreeMap<>();
    private final Path text;
    private final Path json;

    /** @param times what was measured beside the books, in seconds */
    record Entry(Books books, Map<String, Double> times) {}

    /** @param name of the files, without their ending */
    FaultReport(String name) {
        text = Path.of("target", name + ".txt");
        json = Path.of("target", name + ".json");
    }

    void add(Books books, Map<String, Double> times) throws IOException {
        entries.put(books.scenario(), new Entry(books, new LinkedHashMap<>(times)));
        StringBuilder lines = new StringBuilder();
        entries.values().forEach(entry -> lines.append(entry.books())
                .append("; ")
                .append(entry.times())
                .append('\n'));
        Files.writeString(text, lines);
        Map<String, Object> figures = new LinkedHashMap<>();
        entries.forEach((scenario, entry) -> {
            Map<String, Object> all = entry.books().figures();
            all.put("seconds", entry.times());
            figures.put(scenario, all);
        });
        Files.write(
                json,
                new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(figures));
        System.out.println(books + "; " + times);
    }
}
