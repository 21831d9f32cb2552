package io.millrace.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.runtime.process.ExitCode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace devices get}. */
@Command(name = "get", description = "A device with its presence.", sortOptions = false)
final class GetDevice extends ServerCommand {
    @Parameters(paramLabel = "DEVICE", description = "Its id.")
    private String id = "";

    @Override
    int run(Api api) {
        JsonNode device = api.get("/devices/" + Api.encoded(id));
        if (output().isJson()) {
            output().json(device);
        } else {
            List<List<String>> rows = new ArrayList<>();
            fields(device, "", rows);
            output().table(rows);
        }
        return ExitCode.GOOD;
    }

    /** What it has, a line each: {@code presence.connected  true}. */
    private static void fields(JsonNode object, String before, List<List<String>> rows) {
        object.properties().forEach(field -> {
            String name = before + field.getKey();
            JsonNode value = field.getValue();
            if (value.isObject() && !name.equals("config")) {
                fields(value, name + ".", rows);
            } else {
                rows.add(List.of(name, value.isTextual() ? value.asText() : value.toString()));
            }
        });
    }
}
