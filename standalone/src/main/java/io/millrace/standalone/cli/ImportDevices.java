package io.millrace.standalone.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.runtime.process.ExitCode;
import io.millrace.schemas.Json;
import java.io.FileNotFoundException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace devices import}. */
@Command(
        name = "import",
        description = {
            "Register the devices of a file, one JSON object a line.",
            "Prints each new secret and key (keep them: they are shown once); what is wrong with which line goes to the error output()."
        },
        sortOptions = false)
final class ImportDevices extends ServerCommand {
    enum OnConflict {
        FAIL,
        SKIP,
        UPDATE
    }

    enum Secrets {
        GENERATE,
        NONE
    }

    @Parameters(paramLabel = "FILE", description = "NDJSON; - for the standard input.")
    private String file = "";

    @Option(
            names = "--on-conflict",
            paramLabel = "fail|skip|update",
            defaultValue = "fail",
            description = "What to do where a device is registered already (${DEFAULT-VALUE}).")
    private OnConflict onConflict = OnConflict.FAIL;

    @Option(
            names = "--secrets",
            paramLabel = "generate|none",
            defaultValue = "generate",
            description = "Whether new devices that have nothing to show get a secret (${DEFAULT-VALUE}).")
    private Secrets secrets = Secrets.GENERATE;

    @Override
    int run(Api api) {
        String path = "/devices/import?onConflict=" + onConflict.name().toLowerCase(Locale.ROOT) + "&secrets="
                + secrets.name().toLowerCase(Locale.ROOT);
        Optional<JsonNode> summary;
        try (Stream<String> lines = api.lines("POST", path, "application/x-ndjson", body())) {
            summary = lines.map(line -> Json.read(line.getBytes(UTF_8), JsonNode.class))
                    .peek(this::show)
                    .reduce((before, last) -> last)
                    .filter(last -> last.has("summary"))
                    .map(last -> last.path("summary"));
        }
        if (summary.isEmpty()) {
            throw ApiFailure.failed(
                    "broken off: some devices may be registered (send the file again with --on-conflict skip)");
        }
        JsonNode counts = summary.get();
        output().err(String.format(
                Locale.ROOT,
                "%d lines in %.1f s: %d created, %d updated, %d unchanged, %d skipped, %d failed",
                counts.path("lines").asLong(),
                counts.path("seconds").asDouble(),
                counts.path("created").asLong(),
                counts.path("updated").asLong(),
                counts.path("unchanged").asLong(),
                counts.path("skipped").asLong(),
                counts.path("failed").asLong()));
        return counts.path("failed").asLong() == 0 ? ExitCode.GOOD : ExitCode.FAILED;
    }

    private BodyPublisher body() {
        if (file.equals("-")) {
            return BodyPublishers.ofInputStream(() -> System.in);
        }
        try {
            return BodyPublishers.ofFile(Path.of(file));
        } catch (FileNotFoundException e) {
            throw ApiFailure.usage(
                    file + " cannot be read (expected a file of JSON lines, or - for the standard input)");
        }
    }

    private void show(JsonNode line) {
        if (output().isJson()) {
            output().line(line.toString());
        } else if (line.has("error")) {
            String id = line.has("id") ? " \"" + line.path("id").asText() + "\"" : "";
            output().err(file + ":" + line.path("line").asText() + id + ": "
                    + line.at("/error/detail").asText());
        } else if (line.has("id")) {
            output().line((line.path("id").asText() + "  " + line.path("secret").asText("")
                            + (line.has("psk") ? "  psk " + line.path("psk").asText() : ""))
                    .stripTrailing());
        }
    }
}
