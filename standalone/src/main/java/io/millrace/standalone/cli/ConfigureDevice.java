package io.millrace.standalone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.runtime.process.ExitCode;
import io.millrace.schemas.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace devices config}. */
@Command(
        name = "config",
        description = "The configuration that a device is to have: shows it, or sets it and has it sent.",
        sortOptions = false)
final class ConfigureDevice extends ServerCommand {
    @Parameters(index = "0", paramLabel = "DEVICE", description = "Its id.")
    private String id = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "JSON|@FILE", description = "An object, to set it.")
    private @Nullable String config;

    @Override
    int run(Api api) {
        String path = "/devices/" + Api.encoded(id);
        String given = config;
        JsonNode answer = given == null ? api.get(path) : api.put(path + "/config", object(given));
        output().json(answer.path("config").isMissingNode() ? Json.mapper().createObjectNode() : answer.path("config"));
        return ExitCode.GOOD;
    }

    private static JsonNode object(String given) {
        String text = given;
        if (given.startsWith("@")) {
            try {
                text = Files.readString(Path.of(given.substring(1)));
            } catch (IOException e) {
                throw ApiFailure.usage(given.substring(1) + " cannot be read (" + e.getMessage() + ")");
            }
        }
        try {
            JsonNode json = Json.mapper().readTree(text);
            if (json != null && json.isObject()) {
                return json;
            }
        } catch (JsonProcessingException e) {
            throw ApiFailure.usage("the configuration is not JSON: " + e.getOriginalMessage());
        }
        throw ApiFailure.usage("the configuration " + text.strip() + " (expected a JSON object)");
    }
}
