package io.millrace.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a report goes besides the standard output; the name's end says in which form: .html, .json, else text. */
record ReportFile(Path path) {
    /** A run of an hour must not end with a report that has nowhere to go. */
    ReportFile {
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(path)) {
            throw new IllegalArgumentException("--report: " + path + " (expected a file in a folder that is there)");
        }
    }

    void write(Outcome outcome) throws IOException {
        String name = path.toString();
        String report = name.endsWith(".html")
                ? HtmlReport.of(outcome)
                : name.endsWith(".json")
                        ? JsonReport.of(outcome)
                        : SimulatorReport.text(outcome) + System.lineSeparator();
        Path unused = Files.writeString(path, report);
    }
}
