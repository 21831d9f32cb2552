package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.json;
import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.maybeInstant;
import static io.millrace.commands.store.Columns.texts;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.DeviceId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/** The table {@code device_state}: the last value of each field and its time, from telemetry and as reported. */
public final class StateStore {
    private final Database database;

    public StateStore(Database database) {
        this.database = database;
    }

    /** Where a value comes from. */
    public enum Source {
        TELEMETRY,
        REPORTED;

        /** The statement with this source's columns. */
        private String sql() {
            return """
                    insert into device_state as s (device_id, NAME, NAME_times, NAME_at)
                    select d, v::jsonb, t::jsonb, a
                    from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) as u(d, v, t, a)
                    order by d
                    on conflict (device_id) do update set NAME = s.NAME || excluded.NAME,
                        NAME_times = s.NAME_times || excluded.NAME_times, NAME_at = excluded.NAME_at
                    where s.NAME_at is null or excluded.NAME_at >= s.NAME_at""".replace("NAME", name().toLowerCase(java.util.Locale.ROOT));
        }
    }

    /**
     * The newest values of one device.
     *
     * @param values JSON object as text
     * @param times JSON object as text: when the value of each field came
     */
    public record Values(String deviceId, String values, String times, Instant at) {}

    /** One entry a device; what is older than what is there already changes nothing. */
    public Future<Void> merge(SqlConnection transaction, Source source, Collection<Values> values) {
        return Database.query(
                        transaction,
                        source.sql(),
                        texts(values, Values::deviceId),
                        texts(values, Values::values),
                        texts(values, Values::times),
                        Columns.times(values, Values::at))
                .mapEmpty();
    }

    /** What is known of a device. */
    public record State(
            JsonNode telemetry,
            JsonNode telemetryTimes,
            Optional<Instant> telemetryAt,
            JsonNode reported,
            JsonNode reportedTimes,
            Optional<Instant> reportedAt) {}

    public Future<Optional<State>> find(DeviceId device) {
        return database.query("""
                        select telemetry::text as telemetry, telemetry_times::text as telemetry_times, telemetry_at,
                            reported::text as reported, reported_times::text as reported_times, reported_at
                        from device_state where device_id = $1""", device.value())
                .map(rows -> mapped(rows, StateStore::state).stream().findFirst());
    }

    private static State state(Row row) {
        return new State(
                json(row, "telemetry"),
                json(row, "telemetry_times"),
                maybeInstant(row, "telemetry_at"),
                json(row, "reported"),
                json(row, "reported_times"),
                maybeInstant(row, "reported_at"));
    }

    public Future<Void> delete(DeviceId device) {
        return database.query("delete from device_state where device_id = $1", device.value())
                .mapEmpty();
    }
}
