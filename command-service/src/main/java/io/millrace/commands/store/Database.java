package io.millrace.commands.store;

import io.millrace.commands.CommandServiceConfig.DatabaseConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connections to PostgreSQL, used by the stores. Opens one only when a query comes, so it may be made while the database
 * is away. Any thread; nothing blocks.
 */
public final class Database {
    private static final int CONNECT_TIMEOUT_MILLIS = 3_000;
    private static final int ACQUIRE_TIMEOUT_SECONDS = 5;
    private static final int STATEMENTS_CACHED = 256;
    private static final int PIPELINED = 256;

    private final Pool pool;

    public Database(Vertx vertx, DatabaseConfig config) {
        PgConnectOptions connect = PgConnectOptions.fromUri(config.url());
        connect.setUser(config.user());
        connect.setPassword(config.password());
        connect.setCachePreparedStatements(true);
        connect.setPreparedStatementCacheMaxSize(STATEMENTS_CACHED);
        // The default leaves out statements above 2,048 characters, among them the two on the path of every command.
        connect.setPreparedStatementCacheSqlFilter(sql -> true);
        connect.setPipeliningLimit(PIPELINED);
        connect.addProperty("application_name", "millrace-command-service");
        var builder = PgBuilder.pool()
                .using(vertx)
                .with(new NetClientOptions().setConnectTimeout(CONNECT_TIMEOUT_MILLIS))
                .with(new PoolOptions()
                        .setMaxSize(config.poolSize())
                        .setConnectionTimeout(ACQUIRE_TIMEOUT_SECONDS)
                        .setConnectionTimeoutUnit(TimeUnit.SECONDS));
        pool = config.tlsCa()
                .map(ca -> builder.connectingTo(DatabaseTls.verified(vertx, connect, ca)))
                .orElseGet(() -> builder.connectingTo(connect))
                .build();
    }

    /** One statement, a transaction of its own. */
    Future<RowSet<Row>> query(String sql, @Nullable Object... values) {
        return pool.preparedQuery(sql).execute(tuple(values));
    }

    /** Statements given to the connection without waiting for each other go out together. */
    public <T> Future<T> transaction(Function<SqlConnection, Future<T>> work) {
        return pool.withTransaction(work);
    }

    static Future<RowSet<Row>> query(SqlConnection connection, String sql, @Nullable Object... values) {
        return connection.preparedQuery(sql).execute(tuple(values));
    }

    static Tuple tuple(@Nullable Object... values) {
        return Tuple.wrap(values);
    }

    public Future<Void> ping() {
        return pool.query("select 1").execute().mapEmpty();
    }

    public Future<Void> close() {
        return pool.close();
    }

    /** PostgreSQL refused the data of this statement: the same statement will never succeed. */
    public static boolean isBadData(Throwable failure) {
        return failure instanceof PgException e
                && (e.getSqlState().startsWith("22") || e.getSqlState().startsWith("23"));
    }

    /** The statement took longer than it was allowed to. */
    public static boolean isTimedOut(Throwable failure) {
        return failure instanceof PgException e && e.getSqlState().equals("57014");
    }

    /** Another row has that key already. */
    public static boolean isDuplicate(Throwable failure) {
        return failure instanceof PgException e && e.getSqlState().equals("23505");
    }

    /** A fault of the statement rather than of the connection; anything else means that the database is away or going. */
    public static boolean isFaultOfOurs(Throwable failure) {
        return failure instanceof PgException e && !isGoing(e.getSqlState())
                || failure instanceof RuntimeException && !(failure instanceof VertxException);
    }

    /** Connection (08), resources (53), operator intervention (57), starting up or crashed (58), conflict of locks (40). */
    private static boolean isGoing(String state) {
        return state.startsWith("08")
                || state.startsWith("53")
                || state.startsWith("57")
                || state.startsWith("58")
                || state.startsWith("40");
    }
}
