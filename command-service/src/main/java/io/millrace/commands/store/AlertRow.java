package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.maybeInstant;
import static io.millrace.commands.store.Columns.maybeText;

import io.millrace.schemas.AlertEvent;
import io.vertx.sqlclient.Row;
import java.util.Optional;

/** An alert and its steps as the tables have them. */
final class AlertRow {
    static final String COLUMNS = """
            select fingerprint, name, status, device_id, labels::text as labels, annotations::text as annotations, rule,
                revision, cause, value, level, reason, late, starts_at, ends_at, updated_at, acknowledged_at, acknowledged_by,
                acknowledged_note
            from alerts\s""";

    private AlertRow() {}

    static Alert alert(Row row) {
        return new Alert(
                row.getString("fingerprint"),
                row.getString("name"),
                AlertEvent.State.parse(row.getString("status")),
                maybeText(row, "device_id"),
                Columns.json(row, "labels"),
                Columns.json(row, "annotations"),
                row.getString("rule"),
                row.getString("revision"),
                row.getString("cause"),
                Optional.ofNullable(row.getDouble("value")),
                maybeText(row, "level"),
                maybeText(row, "reason"),
                row.getBoolean("late"),
                Columns.instant(row, "starts_at"),
                maybeInstant(row, "ends_at"),
                Columns.instant(row, "updated_at"),
                maybeInstant(row, "acknowledged_at")
                        .map(at -> new Alert.Acknowledgement(
                                at, row.getString("acknowledged_by"), maybeText(row, "acknowledged_note"))));
    }

    static Alert.Step step(Row row) {
        return new Alert.Step(
                Columns.instant(row, "at"),
                Alert.Event.parse(row.getString("event")),
                maybeText(row, "level"),
                Optional.ofNullable(row.getDouble("value")),
                maybeText(row, "reason"),
                maybeText(row, "person"),
                maybeText(row, "note"));
    }
}
