package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.longs;
import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.text;
import static io.millrace.commands.store.Columns.texts;
import static io.millrace.commands.store.Columns.time;
import static io.millrace.commands.store.Columns.times;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The table {@code device_diagnostics}: a {@link DeviceDiary} for each device that ever connected. */
public final class DiagnosticsStore {
    private static final int MOST_COUNTED = 100_000;

    private final Database database;

    public DiagnosticsStore(Database database) {
        this.database = database;
    }

    /**
     * A diary with the places of the last records that are in it.
     *
     * @param updatedAt time of the last one; tells a topic made anew, whose offsets begin again, from a repetition
     */
    public record Kept(String deviceId, DeviceDiary diary, long sessionsPos, long troublePos, Instant updatedAt) {}

    /** Of these devices, locked; not of those that have been deleted since their last sign. */
    public Future<List<Kept>> open(SqlConnection transaction, Map<String, Instant> signs) {
        List<Map.Entry<String, Instant>> all = List.copyOf(new TreeMap<>(signs).entrySet());
        return Database.query(transaction, """
                        insert into device_diagnostics (device_id, body, sessions_pos, trouble_pos, updated_at)
                        select t.id, '{}', -1, -1, 'epoch' from unnest($1::text[], $2::timestamptz[]) as t(id, at)
                        where not exists (select from deleted_devices x where x.id = t.id and x.deleted_at >= t.at)
                        order by t.id
                        on conflict do nothing""", texts(all, Map.Entry::getKey), times(all, Map.Entry::getValue))
                .compose(done -> Database.query(
                        transaction,
                        "select device_id, body::text as body, sessions_pos, trouble_pos, updated_at"
                                + " from device_diagnostics where device_id = any($1) order by device_id for update",
                        (Object) texts(all, Map.Entry::getKey)))
                .map(rows -> mapped(
                        rows,
                        row -> new Kept(
                                row.getString("device_id"),
                                Json.read(row.getString("body").getBytes(UTF_8), DeviceDiary.class),
                                row.getLong("sessions_pos"),
                                row.getLong("trouble_pos"),
                                Columns.instant(row, "updated_at"))));
    }

    public Future<Void> save(SqlConnection transaction, Collection<Kept> diaries) {
        return diaries.isEmpty()
                ? Future.succeededFuture()
                : Database.query(
                                transaction,
                                """
                                update device_diagnostics d set body = t.body::jsonb, sessions_pos = t.sessions_pos,
                                    trouble_pos = t.trouble_pos, updated_at = t.updated_at
                                from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::timestamptz[])
                                    as t(id, body, sessions_pos, trouble_pos, updated_at)
                                where d.device_id = t.id""",
                                texts(diaries, Kept::deviceId),
                                texts(diaries, kept -> text(kept.diary())),
                                longs(diaries, Kept::sessionsPos),
                                longs(diaries, Kept::troublePos),
                                times(diaries, Kept::updatedAt))
                        .mapEmpty();
    }

    public Future<Optional<DeviceDiary>> find(DeviceId id) {
        return database.query("select body::text as body from device_diagnostics where device_id = $1", id.value())
                .map(rows ->
                        mapped(rows, row -> Json.read(row.getString("body").getBytes(UTF_8), DeviceDiary.class))
                                .stream()
                                .findFirst());
    }

    /** Readings of a device since then, as far as anybody counts. */
    public Future<Integer> readings(DeviceId id, Instant since) {
        return database.query(
                        "select count(*)::int as c from (select from telemetry where device_id = $1 and time >= $2 limit "
                                + MOST_COUNTED + ") t",
                        id.value(),
                        time(since))
                .map(rows -> rows.iterator().next().getInteger("c"));
    }
}
