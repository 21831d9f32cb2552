package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.maybeText;
import static io.millrace.commands.store.Columns.time;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlResult;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The table {@code audit}: who has changed what, or tried to. */
public final class AuditStore {
    private static final int DELETED_AT_ONCE = 10_000;

    private final Database database;

    public AuditStore(Database database) {
        this.database = database;
    }

    /**
     * Somebody's wish to change something.
     *
     * @param kind user, api-key, oidc, system, or nobody if it is not known who it was
     * @param target the path below {@code /api/v1/}
     */
    public record Entry(
            Instant at,
            String requestId,
            String kind,
            Optional<String> user,
            Optional<String> role,
            String address,
            String operation,
            String target) {

        /** Of this user, as far as is known. */
        public Entry of(Optional<String> name) {
            return new Entry(at, requestId, kind, name, role, address, operation, target);
        }
    }

    /**
     * As it is kept.
     *
     * @param status empty while it is under way, and for ever if the process died then
     * @param count how many this entry stands for
     */
    public record Kept(long n, Entry entry, Optional<Integer> status, int count) {}

    /** Which entries; empty is any. The target's own and those below it. */
    public record Filter(
            Optional<Instant> from,
            Optional<Instant> to,
            Optional<String> user,
            Optional<String> operation,
            Optional<String> target) {}

    /** Its number, for {@link #finish}. */
    public Future<Long> append(Entry entry, Optional<Integer> status, int count) {
        return database.query(
                        "insert into audit (at, request_id, kind, user_name, role, address, operation, target, status,"
                                + " count) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning n",
                        time(entry.at()),
                        entry.requestId(),
                        entry.kind(),
                        entry.user().orElse(null),
                        entry.role().orElse(null),
                        entry.address(),
                        entry.operation(),
                        entry.target(),
                        status.orElse(null),
                        count)
                .map(rows -> rows.iterator().next().getLong("n"));
    }

    /** @param target a better one, such as what was created */
    public Future<Void> finish(long n, int status, Optional<String> target) {
        return database.query(
                        "update audit set status = $2, target = coalesce($3, target) where n = $1",
                        n,
                        status,
                        target.orElse(null))
                .mapEmpty();
    }

    /** The newest first. */
    public Future<List<Kept>> list(Filter filter, Optional<Long> before, int limit) {
        return database.query(
                        """
                        select * from audit
                        where ($1::timestamptz is null or at >= $1) and ($2::timestamptz is null or at < $2)
                            and ($3::text is null or user_name = $3) and ($4::text is null or operation = $4)
                            and ($5::text is null or target = $5 or target ~>=~ ($5 || '/') and target ~<~ ($5 || '0'))
                            and ($6::bigint is null or n < $6)
                        order by n desc limit $7""",
                        time(filter.from()),
                        time(filter.to()),
                        filter.user().orElse(null),
                        filter.operation().orElse(null),
                        filter.target().orElse(null),
                        before.orElse(null),
                        limit)
                .map(rows -> Columns.mapped(rows, AuditStore::kept));
    }

    /** How many; to be repeated until there are none. */
    public Future<Integer> deleteOld(Instant before) {
        return database.query(
                        "delete from audit where n in (select n from audit where at < $1 order by at limit $2)",
                        time(before),
                        DELETED_AT_ONCE)
                .map(SqlResult::rowCount);
    }

    private static Kept kept(Row row) {
        return new Kept(
                row.getLong("n"),
                new Entry(
                        Columns.instant(row, "at"),
                        row.getString("request_id"),
                        row.getString("kind"),
                        maybeText(row, "user_name"),
                        maybeText(row, "role"),
                        row.getString("address"),
                        row.getString("operation"),
                        row.getString("target")),
                Optional.ofNullable(row.getInteger("status")),
                row.getInteger("count"));
    }
}
