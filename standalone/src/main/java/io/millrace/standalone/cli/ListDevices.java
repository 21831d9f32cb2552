package io.millrace.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.runtime.process.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace devices list}. */
@Command(name = "list", description = "Devices with their presence. --output json: one a line.", sortOptions = false)
final class ListDevices extends ServerCommand {
    private static final int PAGE = 500;

    @Mixin
    private final DeviceFilter filter = new DeviceFilter();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "The most to list; 0 for all (${DEFAULT-VALUE}).")
    private int limit;

    @Override
    int run(Api api) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("ID", "TYPE", "CONNECTED", "SINCE", "LABELS"));
        int most = limit == 0 ? Integer.MAX_VALUE : limit;
        int found = 0;
        Optional<String> cursor = Optional.of("");
        while (cursor.isPresent() && found < most) {
            JsonNode page = api.get("/devices?limit=" + Math.min(PAGE, most - found) + filter.query()
                    + (cursor.get().isEmpty() ? "" : "&cursor=" + cursor.get()));
            for (JsonNode device : page.path("items")) {
                found++;
                if (output().isJson()) {
                    output().line(device.toString());
                } else {
                    rows.add(row(device));
                }
            }
            cursor = Optional.ofNullable(page.path("nextCursor").textValue());
        }
        if (!output().isJson()) {
            output().table(rows);
        }
        if (cursor.isPresent()) {
            output().err("there may be more (--limit " + limit + ")");
        }
        return ExitCode.GOOD;
    }

    private static List<String> row(JsonNode device) {
        JsonNode presence = device.path("presence");
        boolean connected = presence.path("connected").asBoolean();
        String id = device.path("id").asText();
        return List.of(
                device.path("enabled").asBoolean() ? id : id + " (disabled)",
                device.path("type").asText("-"),
                connected ? "yes" : "no",
                presence.path(connected ? "connectedSince" : "closedAt").asText("-"),
                labels(device));
    }

    static String labels(JsonNode device) {
        return device.path("labels").properties().stream()
                .map(label -> label.getKey() + ":" + label.getValue().asText())
                .sorted()
                .collect(Collectors.joining(" "));
    }
}
