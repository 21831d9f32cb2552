package io.millrace.commands.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.util.function.Function;

/**
 * Finds out how {@code telemetry} is laid out, and lays it out for TimescaleDB where that is wanted, its extension is there, and nothing
 * is in the table yet. Readings that are there stay as they are: to move them is for who runs the database.
 */
public final class HistoryLayoutStore {
    /** Any number that no other advisory lock has. */
    private static final long LAYING_OUT = 0x6d696c6c72616366L;

    private final Database database;
    private final boolean timescaleWanted;

    public HistoryLayoutStore(Database database, boolean timescaleWanted) {
        this.database = database;
        this.timescaleWanted = timescaleWanted;
    }

    /** What to do with the table. */
    enum Choice {
        DAY_PARTITIONS,
        HYPERTABLE,
        CONVERT_TO_HYPERTABLE;

        /**
         * @param partitioned whether the table is PostgreSQL's own kind of partitioned
         * @param extension whether TimescaleDB was created in this database
         */
        static Choice of(boolean partitioned, boolean extension, boolean wanted, boolean empty) {
            if (!partitioned) {
                return HYPERTABLE;
            }
            return extension && wanted && empty ? CONVERT_TO_HYPERTABLE : DAY_PARTITIONS;
        }
    }

    public Future<HistoryLayout> find() {
        return locked(database, this::settle)
                .map(choice -> choice == Choice.DAY_PARTITIONS
                        ? new DayPartitionStore(database)
                        : new HypertableStore(database));
    }

    private Future<Choice> settle(SqlConnection connection) {
        return Database.query(connection, """
                        select c.relkind = 'p' as partitioned, not exists (select from telemetry) as empty,
                            exists (select from pg_extension where extname = 'timescaledb') as extension
                        from pg_class c where c.oid = 'telemetry'::regclass""")
                .map(rows -> rows.iterator().next())
                .compose(row -> {
                    Choice choice = choice(row);
                    return choice == Choice.CONVERT_TO_HYPERTABLE
                            ? connection
                                    .query(HypertableStore.CONVERSION)
                                    .execute()
                                    .map(choice)
                            : Future.succeededFuture(choice);
                });
    }

    private Choice choice(Row row) {
        return Choice.of(
                row.getBoolean("partitioned"), row.getBoolean("extension"), timescaleWanted, row.getBoolean("empty"));
    }

    /** Alone among all instances, in a transaction that gives up where others would have to wait for it. */
    static <T> Future<T> locked(Database database, Function<SqlConnection, Future<T>> work) {
        return database.transaction(connection -> Database.query(
                        connection, "select pg_advisory_xact_lock($1)", LAYING_OUT)
                .compose(done ->
                        connection.query("set local lock_timeout = '2s'").execute())
                .compose(done -> work.apply(connection)));
    }
}
