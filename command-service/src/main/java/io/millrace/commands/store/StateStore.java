package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.json;
import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.maybeInstant;
import static io.millrace.commands.store.Columns.text;
import static io.millrace.commands.store.Columns.texts;
import static io.millrace.commands.store.Columns.times;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.SqlResult;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The table {@code device_state}: the last value of each field and its time, from telemetry and as reported. */
public final class StateStore {
    /** As stored, packed. A device that makes up names loses the others, and the row does not grow. */
    private static final int MOST_BYTES = 32 << 10;

    private static final String ROWS = "unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) as u(d, v, t, a)";

    /**
     * Of one that is there. Where its row is made, the device is kept until the transaction ends: else one that is deleted at the same time
     * would leave it behind. Where there is a row, whoever deletes waits for that, and locking both would make two wait for each other.
     */
    private static final String OF_A_DEVICE = """
             where case when exists (select from device_state where device_id = d) then true
                else exists (select from devices where id = d for key share) end
            order by d""";

    private final Database database;

    public StateStore(Database database) {
        this.database = database;
    }

    /**
     * The newest values of one device.
     *
     * @param values JSON object as text
     * @param times JSON object as text: when the value of each field came
     */
    public record Values(String deviceId, String values, String times, Instant at) {}

    /**
     * Puts values of telemetry over those that are there, one entry a device; what is older than the newest there changes nothing.
     *
     * @return how many rows changed. If as many as there are values, all are of devices that are known; by {@code update} alone this
     *     costs half of an {@code insert … on conflict}
     */
    public Future<Integer> update(SqlConnection transaction, Collection<Values> values) {
        return Database.query(
                        transaction,
                        "update device_state s set " + merged("s", "u.v::jsonb", "u.t::jsonb")
                                + ", telemetry_at = u.a from " + ROWS
                                + " where s.device_id = u.d and (s.telemetry_at is null or u.a >= s.telemetry_at)",
                        columns(values))
                .map(SqlResult::rowCount);
    }

    /** As {@link #update}, for devices of whom nothing is there yet too. Those that were deleted stay away. */
    public Future<Void> insert(SqlConnection transaction, Collection<Values> values) {
        return Database.query(
                        transaction,
                        "insert into device_state as s (device_id, telemetry, telemetry_times, telemetry_at)"
                                + " select d, v::jsonb, t::jsonb, a from " + ROWS
                                + OF_A_DEVICE
                                + " on conflict (device_id) do update set "
                                + merged("s", "excluded.telemetry", "excluded.telemetry_times")
                                + ", telemetry_at = excluded.telemetry_at"
                                + " where s.telemetry_at is null or excluded.telemetry_at > s.telemetry_at",
                        columns(values))
                .mapEmpty();
    }

    private static String merged(String row, String values, String times) {
        return """
                telemetry = case when SMALL then ROW.telemetry || VALUES else VALUES end,
                telemetry_times = case when SMALL then ROW.telemetry_times || TIMES else TIMES end""".replace(
                        "SMALL", "pg_column_size(ROW.telemetry) + pg_column_size(ROW.telemetry_times) < " + MOST_BYTES)
                .replace("ROW", row)
                .replace("VALUES", values)
                .replace("TIMES", times);
    }

    private static Object[] columns(Collection<Values> values) {
        return new Object[] {
            texts(values, Values::deviceId),
            texts(values, Values::values),
            texts(values, Values::times),
            times(values, Values::at)
        };
    }

    /** What a device reported of itself: each field, and when it was told. */
    public record Reported(ObjectNode values, ObjectNode times, Optional<Instant> at) {
        public static final Reported NOTHING =
                new Reported(Json.mapper().createObjectNode(), Json.mapper().createObjectNode(), Optional.empty());
    }

    /** What those devices have reported so far, kept from others until the transaction ends. Those that never did are left out. */
    public Future<Map<String, Reported>> lockReported(SqlConnection transaction, Collection<String> devices) {
        return Database.query(transaction, """
                        select device_id, reported::text as reported, reported_times::text as reported_times, reported_at
                        from device_state where device_id = any($1) order by device_id for update""", (Object) texts(devices)).map(rows -> {
            Map<String, Reported> found = new HashMap<>();
            rows.forEach(row -> found.put(
                    row.getString("device_id"),
                    new Reported(
                            (ObjectNode) json(row, "reported"),
                            (ObjectNode) json(row, "reported_times"),
                            maybeInstant(row, "reported_at"))));
            return found;
        });
    }

    public Future<Void> putReported(SqlConnection transaction, Map<String, Reported> reported) {
        List<Map.Entry<String, Reported>> all = List.copyOf(reported.entrySet());
        return Database.query(
                        transaction,
                        """
                        insert into device_state (device_id, reported, reported_times, reported_at)
                        select d, v::jsonb, t::jsonb, a from %s%s
                        on conflict (device_id) do update set reported = excluded.reported,
                            reported_times = excluded.reported_times, reported_at = excluded.reported_at""".formatted(ROWS, OF_A_DEVICE),
                        texts(all, Map.Entry::getKey),
                        texts(all, one -> text(one.getValue().values())),
                        texts(all, one -> text(one.getValue().times())),
                        times(all, one -> one.getValue().at().orElse(null)))
                .mapEmpty();
    }

    /** What is known of a device. */
    public record State(
            String deviceId,
            JsonNode telemetry,
            JsonNode telemetryTimes,
            Optional<Instant> telemetryAt,
            JsonNode reported,
            JsonNode reportedTimes,
            Optional<Instant> reportedAt) {}

    public Future<Optional<State>> find(DeviceId device) {
        return find(List.of(device.value())).map(found -> found.stream().findFirst());
    }

    /** In no order; those of whom nothing is known are left out. */
    public Future<List<State>> find(Collection<String> devices) {
        return database.query("""
                        select device_id, telemetry::text as telemetry, telemetry_times::text as telemetry_times, telemetry_at,
                            reported::text as reported, reported_times::text as reported_times, reported_at
                        from device_state where device_id = any($1)""", (Object) texts(devices)).map(rows -> mapped(rows, StateStore::state));
    }

    private static State state(Row row) {
        return new State(
                row.getString("device_id"),
                json(row, "telemetry"),
                json(row, "telemetry_times"),
                maybeInstant(row, "telemetry_at"),
                json(row, "reported"),
                json(row, "reported_times"),
                maybeInstant(row, "reported_at"));
    }

    /** In the transaction in which the device goes. */
    static Future<Void> delete(SqlConnection transaction, DeviceId device) {
        return Database.query(transaction, "delete from device_state where device_id = $1", device.value())
                .mapEmpty();
    }
}
