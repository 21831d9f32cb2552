package io.millrace.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.runtime.process.ExitCode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace devices diagnose}. */
@Command(
        name = "diagnose",
        description = "What goes wrong with a device: its last connects, refusals and signs of trouble.",
        sortOptions = false)
final class DiagnoseDevice extends ServerCommand {
    @Parameters(paramLabel = "DEVICE", description = "Its id.")
    private String id = "";

    @Override
    int run(Api api) {
        JsonNode json = api.get("/devices/" + Api.encoded(id) + "/diagnostics");
        if (output().isJson()) {
            output().json(json);
        } else {
            show(json);
        }
        return ExitCode.GOOD;
    }

    private void show(JsonNode json) {
        output().line(id
                + (json.path("connected").asBoolean() ? " is connected" : " is not connected")
                + (json.path("enabled").asBoolean() ? "" : ", and disabled"));
        JsonNode day = json.path("lastDay");
        output().line("last 24 hours: " + day.path("readings").asText() + " readings, "
                + day.path("rejected").asText() + " rejected, "
                + day.path("duplicates").asText() + " sent twice, "
                + day.path("takeovers").asText() + " takeovers");
        section("CONNECTED", json.path("connects"), "at", "protocol", "address", "closedAt", "reason");
        section("REFUSED", json.path("refusals"), "at", "count", "reason", "address");
        section("SIGN", json.path("signs"), "sign", "lastDay", "total", "lastAt", "detail");
        if (json.has("sharedIdentity")) {
            output().line("");
            output().line("two boards seem to have this identity: " + json.at("/sharedIdentity/addresses") + " at "
                    + json.at("/sharedIdentity/at").asText());
        }
    }

    private void section(String title, JsonNode rows, String... fields) {
        if (rows.isEmpty()) {
            return;
        }
        List<List<String>> table = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of(fields));
        head.replaceAll(name -> name.toUpperCase(java.util.Locale.ROOT));
        head.set(0, title);
        table.add(head);
        for (JsonNode row : rows) {
            List<String> cells = new ArrayList<>();
            for (String field : fields) {
                cells.add(row.path(field).asText("-"));
            }
            table.add(cells);
        }
        output().line("");
        output().table(table);
    }
}
