package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.time;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The figures of the fleet as a whole. Only reads; what its statements cost grows with the fleet, so they are not for every request. */
public final class OverviewStore {
    private static final int BUCKET_SECONDS = 10;

    private final Database database;

    public OverviewStore(Database database) {
        this.database = database;
    }

    /** As many as there are to list: reads an entry of the index for each. */
    public Future<Long> devices() {
        return database.query("select count(*) as n from devices")
                .map(rows -> rows.iterator().next().getLong("n"));
    }

    /**
     * A slot that a gateway serves, or served last.
     *
     * @param lastSeen when its last sign was read; empty before this version has read one
     */
    public record Gateway(int slot, boolean alive, long connected, Optional<Instant> lastSeen) {}

    /** By slot: what their heartbeats say of them, and how many devices are connected there. */
    public Future<List<Gateway>> gateways(Instant now) {
        return database.query("""
                        select g.slot, not g.stopped and g.lease_until > $1 as alive, g.heard_at, coalesce(s.n, 0) as n
                        from gateways g
                        left join (select slot, count(*) as n from sessions where connected group by slot) s on s.slot = g.slot
                        order by g.slot""", time(now))
                .map(rows -> mapped(
                        rows,
                        row -> new Gateway(
                                row.getInteger("slot"),
                                row.getBoolean("alive"),
                                row.getLong("n"),
                                Columns.maybeInstant(row, "heard_at"))));
    }

    /** Alerts that fire, and those of them that somebody has acknowledged. */
    public record Alerts(long firing, long acknowledged) {}

    public Future<Alerts> alerts() {
        return database.query(
                        "select count(*) as firing, count(acknowledged_at) as acknowledged from alerts where status = 'firing'")
                .map(rows -> rows.iterator().next())
                .map(row -> new Alerts(row.getLong("firing"), row.getLong("acknowledged")));
    }

    /**
     * Commands by where they stand.
     *
     * @param bucket the ten seconds in which they were accepted, by their begin; empty before {@code recently}
     */
    public record Commands(String status, Optional<Instant> bucket, long count) {}

    /** Those accepted since then; the block range index by time leads to them. */
    public Future<List<Commands>> commands(Instant since, Instant recently) {
        return database.query("""
                        select status, count(*) as n,
                            case when accepted_at >= $2 then floor(extract(epoch from accepted_at) / 10)::bigint end as bucket
                        from commands where accepted_at >= $1 group by status, bucket""", time(since), time(recently))
                .map(rows -> mapped(
                        rows,
                        row -> new Commands(
                                row.getString("status"),
                                Optional.ofNullable(row.getLong("bucket"))
                                        .map(bucket -> Instant.ofEpochSecond(bucket * BUCKET_SECONDS)),
                                row.getLong("n"))));
    }
}
