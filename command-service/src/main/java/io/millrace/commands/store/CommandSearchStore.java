package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.maybeInstant;
import static io.millrace.commands.store.Columns.maybeText;
import static io.millrace.commands.store.Columns.texts;

import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.DeviceId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds commands, for people and for answers that name none. Only reads. */
public final class CommandSearchStore {
    /** Of all commands, for a condition to follow. */
    static final String COLUMNS = """
            select id, seq, device_id, payload, content_type, origin, rule, revision, cause, requested_by, status, reason,
                result::text as result, attempt, created_at, expires_at, sent_at, delivered_at, finished_at,
                retry::text as retry, answer_within_ms, retries, not_before, batch_id
            from commands\s""";

    private final Database database;

    public CommandSearchStore(Database database) {
        this.database = database;
    }

    public Future<Optional<Command>> find(String id) {
        return database.query(COLUMNS + "where id = $1", id).map(CommandSearchStore::first);
    }

    public Future<Optional<Command>> findByIdempotencyKey(DeviceId device, String key) {
        return database.query(COLUMNS + "where device_id = $1 and idempotency_key = $2", device.value(), key)
                .map(CommandSearchStore::first);
    }

    /** The newest first, those before {@code seq}. */
    public Future<List<Command>> listOfDevice(
            DeviceId device, Optional<CommandStatus> status, long beforeSeq, int limit) {
        return database.query(
                        COLUMNS + "where device_id = $1 and seq < $2 and ($3::text is null or status = $3)"
                                + " order by seq desc limit $4",
                        device.value(),
                        beforeSeq,
                        status.map(CommandStatus::text).orElse(null),
                        limit)
                .map(rows -> mapped(rows, CommandSearchStore::command));
    }

    /** In the order in which they were issued, those after {@code seq}. */
    public Future<List<Command>> listOfBatch(String batch, Optional<CommandStatus> status, long afterSeq, int limit) {
        return database.query(
                        COLUMNS + "where batch_id = $1 and seq > $2 and ($3::text is null or status = $3)"
                                + " order by seq limit $4",
                        batch,
                        afterSeq,
                        status.map(CommandStatus::text).orElse(null),
                        limit)
                .map(rows -> mapped(rows, CommandSearchStore::command));
    }

    /** For answers of which the gateway could not tell either what they are for: the last command that was handed to each of these devices. */
    public Future<Map<String, String>> lastHanded(Collection<String> devices) {
        return database.query(
                        "select distinct on (device_id) device_id, id from commands where device_id = any($1)"
                                + " and status in ('sent', 'delivered') order by device_id, sent_at desc",
                        (Object) texts(devices))
                .map(rows -> {
                    Map<String, String> byDevice = new HashMap<>();
                    rows.forEach(row -> byDevice.put(row.getString("device_id"), row.getString("id")));
                    return byDevice;
                });
    }

    private static Optional<Command> first(Iterable<Row> rows) {
        List<Command> found = new ArrayList<>(mapped(rows, CommandSearchStore::command));
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
    }

    static Command command(Row row) {
        Buffer payload = row.getBuffer("payload");
        return new Command(
                row.getString("id"),
                row.getLong("seq"),
                row.getString("device_id"),
                payload.getBytes(),
                maybeText(row, "content_type"),
                row.getString("origin"),
                maybeText(row, "rule"),
                maybeText(row, "revision"),
                maybeText(row, "cause"),
                maybeText(row, "requested_by"),
                CommandStatus.parse(row.getString("status")),
                maybeText(row, "reason"),
                Columns.maybeJson(row, "result"),
                row.getInteger("attempt"),
                Columns.instant(row, "created_at"),
                Columns.instant(row, "expires_at"),
                maybeInstant(row, "sent_at"),
                maybeInstant(row, "delivered_at"),
                maybeInstant(row, "finished_at"),
                TermsJson.terms(row),
                row.getInteger("retries"),
                maybeInstant(row, "not_before"),
                maybeText(row, "batch_id"));
    }
}
