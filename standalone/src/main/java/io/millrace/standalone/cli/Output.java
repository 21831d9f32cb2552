package io.millrace.standalone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.runtime.process.ExitCode;
import io.millrace.schemas.Json;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How a command answers: results to the output, what hindered it, in a line, to the error output. */
final class Output {
    enum Form {
        TABLE,
        JSON
    }

    @Option(
            order = 110,
            names = {"-o", "--output"},
            paramLabel = "table|json",
            defaultValue = "table",
            description = "For a person or for a program (${DEFAULT-VALUE}).")
    private Form form = Form.TABLE;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /** Does it; {@link ExitCode#GOOD} unless it fails or says otherwise. */
    @FunctionalInterface
    interface Work {
        int run();
    }

    int of(Work work) {
        try {
            return work.run();
        } catch (ApiFailure failure) {
            err("millrace: " + failure.getMessage());
            return failure.exitCode();
        } catch (java.io.UncheckedIOException e) {
            err("millrace: broken off: " + e.getMessage());
            return ExitCode.FAILED;
        } finally {
            out().flush();
        }
    }

    boolean isJson() {
        return form == Form.JSON;
    }

    void line(String text) {
        out().println(text);
    }

    void json(JsonNode node) {
        try {
            line(Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(node));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree cannot be written", e);
        }
    }

    /** Columns as wide as they must be, two blanks apart. */
    void table(List<List<String>> rows) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        rows.forEach(row -> {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            line(line.toString().stripTrailing());
        }
    }

    /** What is no result: progress, notes, failures. */
    void err(String text) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(text);
        err.flush();
    }

    /** So that somebody sees it while the command goes on. */
    void flush() {
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
