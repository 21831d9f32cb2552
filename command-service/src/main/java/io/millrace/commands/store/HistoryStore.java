package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.maybeInstant;
import static io.millrace.commands.store.Columns.maybeText;
import static io.millrace.commands.store.Columns.texts;
import static io.millrace.commands.store.Columns.time;
import static io.millrace.commands.store.Columns.times;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.DeviceId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.SqlResult;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The table {@code telemetry}: every reading, by device and time. How it is kept in pieces is {@link HistoryLayout}'s. */
public final class HistoryStore {
    private final Database database;

    public HistoryStore(Database database) {
        this.database = database;
    }

    /**
     * A reading with the place of its Kafka record.
     *
     * @param time when it was taken, as far as that is known
     * @param arrived at the gateway
     * @param body the JSON object as text
     */
    public record Reading(
            String deviceId,
            Instant time,
            Instant arrived,
            int partition,
            long offset,
            Optional<String> channel,
            String body) {}

    /** Those that are there already are left out; how many were new. */
    public Future<Integer> insert(SqlConnection transaction, Collection<Reading> readings) {
        return Database.query(
                        transaction,
                        """
                        insert into telemetry (device_id, time, part, pos, channel, body, arrived)
                        select d, t, p, o, c, b::jsonb, a
                        from unnest($1::text[], $2::timestamptz[], $3::int[], $4::bigint[], $5::text[], $6::text[],
                            $7::timestamptz[]) as r(d, t, p, o, c, b, a)
                        on conflict do nothing""",
                        texts(readings, Reading::deviceId),
                        times(readings, Reading::time),
                        Columns.ints(readings, Reading::partition),
                        Columns.longs(readings, Reading::offset),
                        texts(readings, r -> r.channel().orElse(null)),
                        texts(readings, Reading::body),
                        times(readings, r -> r.arrived().equals(r.time()) ? null : r.arrived()))
                .map(SqlResult::rowCount);
    }

    /** The end of a page: what comes after it is next. */
    public record Position(Instant time, int partition, long offset) {}

    /**
     * A stored reading.
     *
     * @param arrived where that is not its time
     * @param length of the body as text, in characters
     */
    public record Stored(
            Position position, Optional<Instant> arrived, Optional<String> channel, JsonNode body, int length) {}

    /**
     * From {@code from} (with it) to {@code to} (without it), oldest or newest first: {@code limit} of them, or fewer if their bodies
     * together have as many as {@code characters} before that. One is always there if there are any, and there may be more behind
     * them only if one of the two was reached.
     */
    public Future<List<Stored>> range(
            DeviceId device,
            Instant from,
            Instant to,
            boolean newestFirst,
            Optional<Position> after,
            int limit,
            long characters) {
        String sql = """
                select * from (
                    select *, sum(length(body)) over (order by time ORDER, part ORDER, pos ORDER) - length(body) as before
                    from (select time, part, pos, arrived, channel, body::text as body from telemetry
                        where device_id = $1 and time >= $2 and time < $3 AFTER
                        order by time ORDER, part ORDER, pos ORDER
                        limit $4) r) s
                where before < $5
                order by time ORDER, part ORDER, pos ORDER""".replace(
                        "AFTER",
                        after.isEmpty() ? "" : "and (time, part, pos) " + (newestFirst ? "<" : ">") + " ($6, $7, $8)")
                .replace("ORDER", newestFirst ? "desc" : "asc");
        return database.query(
                        sql,
                        Stream.concat(
                                        Stream.of(device.value(), time(from), time(to), limit, characters),
                                        after.stream()
                                                .flatMap(p -> Stream.of(time(p.time()), p.partition(), p.offset())))
                                .toArray())
                .map(rows -> mapped(rows, HistoryStore::stored));
    }

    private static Stored stored(Row row) {
        var position = new Position(Columns.instant(row, "time"), row.getInteger("part"), row.getLong("pos"));
        String body = row.getString("body");
        return new Stored(
                position, maybeInstant(row, "arrived"), maybeText(row, "channel"), Columns.parse(body), body.length());
    }
}
