package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.maybeText;
import static io.millrace.commands.store.Columns.texts;

import io.millrace.schemas.CommandStatus;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The table {@code command_events}: what happened to each command, in order. */
public final class TimelineStore {
    private final Database database;

    public TimelineStore(Database database) {
        this.database = database;
    }

    /**
     * One step.
     *
     * @param event the word of the signal
     * @param status after it
     */
    public record Entry(
            String commandId,
            Instant at,
            String event,
            CommandStatus status,
            int attempt,
            Optional<Integer> slot,
            Optional<Long> epoch,
            Optional<String> reason) {}

    public Future<Void> append(SqlConnection transaction, Collection<Entry> entries) {
        return Database.query(
                        transaction,
                        """
                        insert into command_events (command_id, at, event, status, attempt, slot, epoch, reason)
                        select * from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::int[], $6::int[],
                            $7::bigint[], $8::text[])""",
                        texts(entries, Entry::commandId),
                        Columns.times(entries, Entry::at),
                        texts(entries, Entry::event),
                        texts(entries, e -> e.status().text()),
                        Columns.ints(entries, Entry::attempt),
                        entries.stream().map(e -> e.slot().orElse(null)).toArray(Integer[]::new),
                        entries.stream().map(e -> e.epoch().orElse(null)).toArray(Long[]::new),
                        texts(entries, e -> e.reason().orElse(null)))
                .mapEmpty();
    }

    public Future<List<Entry>> of(String commandId) {
        return database.query("select * from command_events where command_id = $1 order by n", commandId)
                .map(rows -> mapped(rows, TimelineStore::entry));
    }

    private static Entry entry(Row row) {
        return new Entry(
                row.getString("command_id"),
                Columns.instant(row, "at"),
                row.getString("event"),
                CommandStatus.parse(row.getString("status")),
                row.getInteger("attempt"),
                Optional.ofNullable(row.getInteger("slot")),
                Optional.ofNullable(row.getLong("epoch")),
                maybeText(row, "reason"));
    }
}
