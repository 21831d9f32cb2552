package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.text;
import static io.millrace.commands.store.Columns.texts;
import static io.millrace.commands.store.Columns.time;
import static io.millrace.commands.store.Columns.times;

import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.DeviceId;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.SqlResult;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tables {@code alerts}, one row an episode, by its fingerprint, and {@code alert_events}, what happened to it. What has resolved
 * does not fire again.
 */
public final class AlertStore {
    /** Of a story; an alert that changes its level more often than that is told by its newest steps. */
    private static final int STEPS = 500;

    private final Database database;

    public AlertStore(Database database) {
        this.database = database;
    }

    /** How far an episode is, under lock. */
    public record Standing(AlertEvent.State status, Optional<String> level, Instant at) {}

    /** Of those that are there. */
    public Future<Map<String, Standing>> lock(SqlConnection transaction, Collection<String> fingerprints) {
        return Database.query(
                        transaction,
                        "select fingerprint, status, level, updated_at from alerts where fingerprint = any($1)"
                                + " order by fingerprint for update",
                        (Object) texts(fingerprints))
                .map(rows -> {
                    Map<String, Standing> byId = new HashMap<>();
                    rows.forEach(row -> byId.put(
                            row.getString("fingerprint"),
                            new Standing(
                                    AlertEvent.State.parse(row.getString("status")),
                                    Columns.maybeText(row, "level"),
                                    Columns.instant(row, "updated_at"))));
                    return byId;
                });
    }

    /** The newest event of each fingerprint. */
    public Future<Void> upsert(SqlConnection transaction, Collection<AlertEvent> events) {
        return Database.query(
                        transaction,
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

    /** A step that a record of Kafka made. */
    public record News(Alert.Event step, AlertEvent event, int partition, long offset) {}

    /** Of those that are noted already, nothing. Returns the others, in order. */
    public Future<List<News>> note(SqlConnection transaction, List<News> news) {
        if (news.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        Map<String, News> byPlace = new HashMap<>();
        news.forEach(one -> byPlace.put(place(one.partition(), one.offset()), one));
        return Database.query(
                        transaction,
                        """
                        insert into alert_events (fingerprint, at, event, level, value, reason, part, pos)
                        select f, at, e, l, v, r, p, o
                        from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::float8[], $6::text[], $7::int[],
                            $8::bigint[]) with ordinality as t(f, at, e, l, v, r, p, o, ord) order by ord
                        on conflict do nothing
                        returning n, part, pos""",
                        texts(news, one -> one.event().fingerprint()),
                        times(news, one -> one.event().at()),
                        texts(news, one -> one.step().text()),
                        texts(news, one -> one.event().level().orElse(null)),
                        news.stream()
                                .map(one -> one.event().value().orElse(null))
                                .toArray(Double[]::new),
                        texts(news, one -> one.event().reason().orElse(null)),
                        Columns.ints(news, News::partition),
                        Columns.longs(news, News::offset))
                .map(rows -> mapped(rows, row -> place(row.getInteger("part"), row.getLong("pos"))).stream()
                        .flatMap(place -> Optional.ofNullable(byPlace.get(place)).stream())
                        .toList());
    }

    private static String place(int partition, long offset) {
        return partition + "/" + offset;
    }

    public Future<Optional<Alert>> find(String id) {
        return database.query(AlertRow.COLUMNS + "where fingerprint = $1", id)
                .map(rows -> mapped(rows, AlertRow::alert).stream().findFirst());
    }

    public Future<Optional<Alert.Story>> story(String id) {
        return find(id).compose(found -> found.isEmpty()
                ? Future.succeededFuture(Optional.empty())
                : steps(id).map(steps -> Optional.of(new Alert.Story(found.get(), steps))));
    }

    private Future<List<Alert.Step>> steps(String id) {
        return database.query(
                        "select * from (select * from alert_events where fingerprint = $1 order by n desc limit $2) newest"
                                + " order by n",
                        id,
                        STEPS)
                .map(rows -> mapped(rows, AlertRow::step));
    }

    /** The newest first. */
    public Future<List<Alert>> list(Alert.Filter filter, Optional<Alert.Position> after, int limit) {
        return database.query(
                        AlertRow.COLUMNS + """
                                where ($1::text is null or status = $1) and ($2::text is null or device_id = $2)
                                    and ($3::text is null or rule = $3)
                                    and ($4::bool is null or (acknowledged_at is not null) = $4)
                                    and ($5::text is null or labels @> $5::jsonb)
                                    and ($6::timestamptz is null or (starts_at, fingerprint) < ($6, $7))
                                order by starts_at desc, fingerprint desc
                                limit $8""",
                        filter.state().map(AlertEvent.State::text).orElse(null),
                        filter.device().orElse(null),
                        filter.rule().orElse(null),
                        filter.acknowledged().orElse(null),
                        filter.labels().isEmpty() ? null : text(filter.labels()),
                        time(after.map(Alert.Position::startsAt)),
                        after.map(Alert.Position::id).orElse(null),
                        limit)
                .map(rows -> mapped(rows, AlertRow::alert));
    }

    /** The first to acknowledge is kept; empty if there is no such alert. */
    public Future<Optional<Alert>> acknowledge(String id, String by, Optional<String> note, Instant now) {
        return database.query("""
                        with done as (
                            update alerts set acknowledged_at = $2, acknowledged_by = $3, acknowledged_note = $4
                            where fingerprint = $1 and acknowledged_at is null returning fingerprint)
                        insert into alert_events (fingerprint, at, event, person, note)
                        select fingerprint, $2, 'acknowledged', $3, $4 from done""", id, time(now), by, note.orElse(null)).compose(done -> find(id));
    }

    /** Nobody looks after it any more; empty if there is no such alert. */
    public Future<Optional<Alert>> withdraw(String id, String by, Instant now) {
        return database.query("""
                        with done as (
                            update alerts set acknowledged_at = null, acknowledged_by = null, acknowledged_note = null
                            where fingerprint = $1 and acknowledged_at is not null returning fingerprint)
                        insert into alert_events (fingerprint, at, event, person)
                        select fingerprint, $2, 'acknowledgement-withdrawn', $3 from done""", id, time(now), by).compose(done -> find(id));
    }

    public Future<Integer> deleteOld(Instant resolvedBefore) {
        return database.query("delete from alerts where status = 'resolved' and updated_at < $1", time(resolvedBefore))
                .map(SqlResult::rowCount);
    }
}
