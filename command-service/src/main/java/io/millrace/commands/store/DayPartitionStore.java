package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.time;

import io.vertx.core.Future;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.Function;

/**
 * The partitions of {@code telemetry}: one for each UTC day, made ahead and dropped when their time is over; a reading of a day without
 * one stands in {@code telemetry_other}, until its day gets one or its time is over. To make or drop one takes locks that intake and
 * queries share: who does not get them within two seconds lets the others go on, and fails.
 */
final class DayPartitionStore implements HistoryLayout {
    private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;

    private final Database database;

    DayPartitionStore(Database database) {
        this.database = database;
    }

    @Override
    public Future<Void> prepare(LocalDate from, LocalDate to) {
        return oneByOne(from.datesUntil(to.plusDays(1)).toList(), this::create);
    }

    private Future<Void> create(LocalDate day) {
        String table = table(day);
        return HistoryLayoutStore.locked(
                database, connection -> Database.query(connection, "select to_regclass($1) is null as missing", table)
                        .compose(rows -> rows.iterator().next().getBoolean("missing")
                                ? connection.query(creation(day)).execute().mapEmpty()
                                : Future.succeededFuture()));
    }

    /** Readings of that day that came before it had a partition move into it; left where they are, they would forbid it. */
    private static String creation(LocalDate day) {
        return """
                lock table telemetry_other in access exclusive mode;
                create table NAME (like telemetry including all);
                with moved as (delete from telemetry_other where time >= 'FROM' and time < 'TO' returning *)
                    insert into NAME select * from moved;
                alter table telemetry attach partition NAME for values from ('FROM') to ('TO')""".replace("NAME", table(day)).replace("FROM", midnight(day)).replace("TO", midnight(day.plusDays(1)));
    }

    private static String table(LocalDate day) {
        return "telemetry_" + day.format(DAY);
    }

    private static String midnight(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toOffsetDateTime().toString();
    }

    @Override
    public Future<Void> removeBefore(Instant oldest, boolean exactly) {
        LocalDate day = LocalDate.ofInstant(oldest, ZoneOffset.UTC);
        return days().compose(all ->
                        oneByOne(all.stream().filter(one -> one.isBefore(day)).toList(), this::drop))
                .compose(done -> delete(exactly ? "telemetry" : "telemetry_other", "time < $1", oldest));
    }

    private Future<List<LocalDate>> days() {
        return database.query("""
                        select substr(c.relname::text, length('telemetry_') + 1) as day
                        from pg_inherits i join pg_class c on c.oid = i.inhrelid
                        where i.inhparent = 'telemetry'::regclass and c.relname::text ~ '^telemetry_[0-9]{8}$'
                        order by 1""").map(rows -> mapped(rows, row -> LocalDate.parse(row.getString("day"), DAY)));
    }

    private Future<Void> drop(LocalDate day) {
        return HistoryLayoutStore.locked(database, connection -> connection
                .query("drop table if exists " + table(day))
                .execute()
                .mapEmpty());
    }

    @Override
    public Future<Void> removeAfter(Instant latest) {
        return delete("telemetry_other", "time > $1", latest);
    }

    private Future<Void> delete(String table, String condition, Instant time) {
        return database.query("delete from " + table + " where " + condition, time(time))
                .mapEmpty();
    }

    private static Future<Void> oneByOne(List<LocalDate> days, Function<LocalDate, Future<Void>> work) {
        Future<Void> done = Future.succeededFuture();
        for (LocalDate day : days) {
            done = done.compose(before -> work.apply(day));
        }
        return done;
    }
}
