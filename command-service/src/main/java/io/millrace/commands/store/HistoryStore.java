package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.mapped;
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
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The table {@code telemetry}: every reading, in a partition for each UTC day. Partitions are made ahead and dropped when their
 * time is over; a reading of a day without one goes to {@code telemetry_other} and is not lost.
 */
public final class HistoryStore {
    private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;
    /** Any number that no other advisory lock has. */
    private static final long PARTITIONING = 0x6d696c6c72616366L;

    /** A partition cannot be made while the default one has rows of its day, so the lock keeps new ones out. */
    private static final String NEW_DAY = """
            lock table telemetry_other in access exclusive mode;
            create table %1$s (like telemetry including all);
            with strays as (delete from telemetry_other where time >= '%2$s' and time < '%3$s' returning *)
                insert into %1$s select * from strays;
            alter table telemetry attach partition %1$s for values from ('%2$s') to ('%3$s')""";

    private final Database database;

    public HistoryStore(Database database) {
        this.database = database;
    }

    /**
     * A reading with the place of its Kafka record.
     *
     * @param time when it arrived at the gateway
     * @param body the JSON object as text
     */
    public record Reading(
            String deviceId, Instant time, int partition, long offset, Optional<String> channel, String body) {}

    /** Those that are there already are left out; how many were new. */
    public Future<Integer> insert(SqlConnection transaction, Collection<Reading> readings) {
        return Database.query(
                        transaction,
                        """
                        insert into telemetry (device_id, time, part, pos, channel, body)
                        select d, t, p, o, c, b::jsonb
                        from unnest($1::text[], $2::timestamptz[], $3::int[], $4::bigint[], $5::text[], $6::text[])
                            as r(d, t, p, o, c, b)
                        on conflict do nothing""",
                        texts(readings, Reading::deviceId),
                        times(readings, Reading::time),
                        Columns.ints(readings, Reading::partition),
                        Columns.longs(readings, Reading::offset),
                        texts(readings, r -> r.channel().orElse(null)),
                        texts(readings, Reading::body))
                .map(SqlResult::rowCount);
    }

    /** The end of a page: what comes after it is next. */
    public record Position(Instant time, int partition, long offset) {}

    /** A stored reading. */
    public record Stored(Position position, Optional<String> channel, JsonNode body) {}

    /** Oldest first, from {@code from} (with it) to {@code to} (without it). */
    public Future<List<Stored>> range(DeviceId device, Instant from, Instant to, Optional<Position> after, int limit) {
        return database.query(
                        """
                        select time, part, pos, channel, body::text as body from telemetry
                        where device_id = $1 and time >= $2 and time < $3
                            and ($4::timestamptz is null or (time, part, pos) > ($4, $5, $6))
                        order by time, part, pos
                        limit $7""",
                        device.value(),
                        time(from),
                        time(to),
                        time(after.map(Position::time)),
                        after.map(Position::partition).orElse(null),
                        after.map(Position::offset).orElse(null),
                        limit)
                .map(rows -> mapped(rows, HistoryStore::stored));
    }

    private static Stored stored(Row row) {
        var position = new Position(Columns.instant(row, "time"), row.getInteger("part"), row.getLong("pos"));
        return new Stored(position, maybeText(row, "channel"), Columns.json(row, "body"));
    }

    /** Makes the partition of that day if it is not there; readings that came before it (a clock that was ahead) move there. */
    public Future<Void> createDay(LocalDate day) {
        String table = "telemetry_" + day.format(DAY);
        return database.transaction(connection -> {
            Future<Void> locked = Database.query(connection, "select pg_advisory_xact_lock($1)", PARTITIONING)
                    .mapEmpty();
            return locked.compose(
                            done -> Database.query(connection, "select to_regclass($1) is null as missing", table))
                    .compose(rows -> rows.iterator().next().getBoolean("missing")
                            ? connection
                                    .query(NEW_DAY.formatted(table, midnight(day), midnight(day.plusDays(1))))
                                    .execute()
                                    .<Void>mapEmpty()
                            : Future.<Void>succeededFuture());
        });
    }

    private static String midnight(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toOffsetDateTime().toString();
    }

    /** The days that have a partition, oldest first. */
    public Future<List<LocalDate>> days() {
        return database.query("""
                        select substr(c.relname::text, length('telemetry_') + 1) as day
                        from pg_inherits i join pg_class c on c.oid = i.inhrelid
                        where i.inhparent = 'telemetry'::regclass and c.relname::text ~ '^telemetry_[0-9]{8}$'
                        order by 1""").map(rows -> mapped(rows, row -> LocalDate.parse(row.getString("day"), DAY)));
    }

    public Future<Void> dropDay(LocalDate day) {
        return database.query("drop table if exists telemetry_" + day.format(DAY))
                .mapEmpty();
    }

    /** Of the readings that came on a day without a partition. */
    public Future<Integer> deleteOthersBefore(Instant time) {
        return database.query("delete from telemetry_other where time < $1", time(time))
                .map(SqlResult::rowCount);
    }
}
