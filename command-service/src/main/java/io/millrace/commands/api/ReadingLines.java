package io.millrace.commands.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.store.HistoryStore.Stored;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Readings line by line.
 *
 * @param format CSV or NDJSON
 * @param fields empty for all, which CSV cannot do
 * @param named whether each line names its device
 */
record ReadingLines(TelemetryFormat format, List<FieldPath> fields, boolean named) {
    /** What stands before the first one. */
    Buffer head() {
        if (format != TelemetryFormat.CSV) {
            return Buffer.buffer();
        }
        List<String> cells = new ArrayList<>();
        if (named) {
            cells.add("deviceId");
        }
        cells.add("time");
        cells.add("channel");
        fields.forEach(field -> cells.add(Csv.text(field.name())));
        return Buffer.buffer(Csv.line(cells));
    }

    Buffer lines(String device, List<Stored> rows) {
        StringBuilder lines = new StringBuilder();
        rows.forEach(row -> lines.append(format == TelemetryFormat.CSV ? csv(device, row) : ndjson(device, row)));
        return Buffer.buffer(lines.toString());
    }

    private String csv(String device, Stored row) {
        List<String> cells = new ArrayList<>();
        if (named) {
            cells.add(Csv.text(device));
        }
        cells.add(row.position().time().toString());
        cells.add(Csv.text(row.channel().orElse("")));
        fields.forEach(field -> cells.add(Csv.cell(field.in(row.body()).orElse(NullNode.getInstance()))));
        return Csv.line(cells);
    }

    private String ndjson(String device, Stored row) {
        ObjectNode json = Answer.object();
        if (named) {
            json.put("deviceId", device);
        }
        json.setAll((ObjectNode) json(row, fields));
        return json + "\n";
    }

    static JsonNode json(Stored row, List<FieldPath> fields) {
        ObjectNode json = Answer.object().put("time", row.position().time().toString());
        row.arrived().ifPresent(arrived -> json.put("arrived", arrived.toString()));
        row.channel().ifPresent(channel -> json.put("channel", channel));
        if (fields.isEmpty()) {
            json.set("values", row.body());
        } else {
            ObjectNode values = json.putObject("values");
            fields.forEach(field -> field.in(row.body()).ifPresent(value -> values.set(field.name(), value)));
        }
        return json;
    }
}
