package io.millrace.standalone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.runtime.process.ExitCode;
import io.millrace.schemas.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace devices add}. */
@Command(name = "add", description = "Register a device; prints its secret, once.", sortOptions = false)
final class AddDevice extends ServerCommand {
    @Parameters(paramLabel = "DEVICE", description = "Its id: 1 to 256 of letters, digits and . _ : -")
    private String id = "";

    @Option(names = "--type", paramLabel = "TYPE", description = "What it is, e.g. cold-room.")
    private @Nullable String type;

    @Option(names = "--label", paramLabel = "NAME=VALUE", description = "A label; may be given several times.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = "--attribute",
            paramLabel = "NAME=VALUE",
            description = "A value that rules can read as device.NAME: a number, true, false, or a text.")
    private Map<String, String> attributes = new LinkedHashMap<>();

    @Option(names = "--secret", paramLabel = "SECRET", description = "Its secret; made up if absent.")
    private @Nullable String secret;

    @Override
    int run(Api api) {
        ObjectNode body = Json.mapper().createObjectNode().put("id", id);
        if (type != null) {
            body.put("type", type);
        }
        if (secret != null) {
            body.put("secret", secret);
        }
        ObjectNode labelsJson = body.putObject("labels");
        labels.forEach(labelsJson::put);
        ObjectNode attributesJson = body.putObject("attributes");
        attributes.forEach((name, value) -> attributesJson.set(name, value(value)));
        JsonNode created = api.post("/devices", body);
        if (output().isJson()) {
            output().json(created);
        } else {
            output().line(id + "  " + created.path("secret").asText());
        }
        return ExitCode.GOOD;
    }

    private static JsonNode value(String text) {
        try {
            JsonNode value = Json.mapper().readTree(text);
            return value != null && (value.isNumber() || value.isBoolean())
                    ? value
                    : Json.mapper().getNodeFactory().textNode(text);
        } catch (JsonProcessingException e) {
            // No number and no bool: then it is what it is.
            return Json.mapper().getNodeFactory().textNode(text);
        }
    }
}
