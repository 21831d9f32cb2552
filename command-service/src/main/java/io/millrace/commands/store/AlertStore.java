package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.maybeInstant;
import static io.millrace.commands.store.Columns.maybeText;
import static io.millrace.commands.store.Columns.text;
import static io.millrace.commands.store.Columns.texts;
import static io.millrace.commands.store.Columns.time;
import static io.millrace.commands.store.Columns.times;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.DeviceId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The table {@code alerts}: one row an episode, by its fingerprint. What has resolved does not fire again. */
public final class AlertStore {
    private static final String COLUMNS = """
            select fingerprint, name, status, device_id, labels::text as labels, annotations::text as annotations, rule,
                revision, cause, value, level, reason, late, starts_at, ends_at, updated_at, acknowledged_at, acknowledged_by
            from alerts\s""";

    private final Database database;

    public AlertStore(Database database) {
        this.database = database;
    }

    /** An episode of an alert. */
    public record Alert(
            String id,
            String name,
            AlertEvent.State status,
            Optional<String> deviceId,
            JsonNode labels,
            JsonNode annotations,
            String rule,
            String revision,
            String cause,
            Optional<Double> value,
            Optional<String> level,
            Optional<String> reason,
            boolean late,
            Instant startsAt,
            Optional<Instant> endsAt,
            Instant updatedAt,
            Optional<Instant> acknowledgedAt,
            Optional<String> acknowledgedBy) {}

    /** The newest event of each fingerprint. */
    public Future<Void> upsert(Collection<AlertEvent> events) {
        return database.query(
                        """
                        insert into alerts as a (fingerprint, name, status, device_id, labels, annotations, rule, revision, cause,
                            value, level, reason, late, starts_at, ends_at, updated_at)
                        select f, n, s, d, l::jsonb, an::jsonb, r, rev, c, v, lev, rea, la, st, en, up
                        from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                                $8::text[], $9::text[], $10::float8[], $11::text[], $12::text[], $13::bool[],
                                $14::timestamptz[], $15::timestamptz[], $16::timestamptz[])
                            as t(f, n, s, d, l, an, r, rev, c, v, lev, rea, la, st, en, up)
                        order by f
                        on conflict (fingerprint) do update set status = excluded.status, annotations = excluded.annotations,
                            value = excluded.value, level = excluded.level, reason = excluded.reason,
                            ends_at = excluded.ends_at, updated_at = excluded.updated_at
                        where a.status = 'firing' and excluded.updated_at >= a.updated_at""",
                        texts(events, AlertEvent::fingerprint),
                        texts(events, e -> e.labels().getOrDefault("alertname", e.rule())),
                        texts(events, e -> e.status().text()),
                        texts(events, e -> e.deviceId().map(DeviceId::value).orElse(null)),
                        texts(events, e -> text(e.labels())),
                        texts(events, e -> text(e.annotations())),
                        texts(events, AlertEvent::rule),
                        texts(events, AlertEvent::revision),
                        texts(events, AlertEvent::cause),
                        events.stream().map(e -> e.value().orElse(null)).toArray(Double[]::new),
                        texts(events, e -> e.level().orElse(null)),
                        texts(events, e -> e.reason().orElse(null)),
                        Columns.flags(events, AlertEvent::late),
                        times(events, AlertEvent::startsAt),
                        times(events, e -> e.endsAt().orElse(null)),
                        times(events, AlertEvent::at))
                .mapEmpty();
    }

    /** The end of a page. */
    public record Position(Instant startsAt, String fingerprint) {}

    /** The newest first. */
    public Future<List<Alert>> list(
            Optional<AlertEvent.State> state, Optional<String> device, Optional<Position> after, int limit) {
        return database.query(
                        COLUMNS + """
                                where ($1::text is null or status = $1) and ($2::text is null or device_id = $2)
                                    and ($3::timestamptz is null or (starts_at, fingerprint) < ($3, $4))
                                order by starts_at desc, fingerprint desc
                                limit $5""",
                        state.map(AlertEvent.State::text).orElse(null),
                        device.orElse(null),
                        time(after.map(Position::startsAt)),
                        after.map(Position::fingerprint).orElse(null),
                        limit)
                .map(rows -> Columns.mapped(rows, AlertStore::alert));
    }

    /** The first to acknowledge is kept; empty if there is no such alert. */
    public Future<Optional<Alert>> acknowledge(String id, String by, Instant now) {
        return database.query(
                        "update alerts set acknowledged_at = coalesce(acknowledged_at, $2),"
                                + " acknowledged_by = coalesce(acknowledged_by, $3) where fingerprint = $1",
                        id,
                        time(now),
                        by)
                .compose(done -> database.query(COLUMNS + "where fingerprint = $1", id))
                .map(rows -> Columns.mapped(rows, AlertStore::alert).stream().findFirst());
    }

    public Future<Integer> deleteOld(Instant resolvedBefore) {
        return database.query("delete from alerts where status = 'resolved' and updated_at < $1", time(resolvedBefore))
                .map(io.vertx.sqlclient.SqlResult::rowCount);
    }

    private static Alert alert(Row row) {
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
                maybeInstant(row, "acknowledged_at"),
                maybeText(row, "acknowledged_by"));
    }
}
