package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.time;

import io.vertx.core.Future;
import java.time.Instant;
import java.time.LocalDate;

/** {@code telemetry} as TimescaleDB keeps it, in a chunk for each day, made by itself. */
final class HypertableStore implements HistoryLayout {
    /** Of the partitioned table that the migrations make, while it is empty. */
    static final String CONVERSION = """
            create table telemetry_hyper (like telemetry including all);
            drop table telemetry;
            alter table telemetry_hyper rename to telemetry;
            select create_hypertable('telemetry', 'time', chunk_time_interval => interval '1 day', create_default_indexes => false)""";

    private final Database database;

    HypertableStore(Database database) {
        this.database = database;
    }

    @Override
    public Future<Void> prepare(LocalDate from, LocalDate to) {
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> removeBefore(Instant oldest, boolean exactly) {
        return database.query("select drop_chunks('telemetry', older_than => $1::timestamptz)", time(oldest))
                .compose(dropped -> exactly
                        ? database.query("delete from telemetry where time < $1", time(oldest))
                                .mapEmpty()
                        : Future.succeededFuture());
    }

    @Override
    public Future<Void> removeAfter(Instant latest) {
        return database.query("select drop_chunks('telemetry', newer_than => $1::timestamptz)", time(latest))
                .mapEmpty();
    }
}
