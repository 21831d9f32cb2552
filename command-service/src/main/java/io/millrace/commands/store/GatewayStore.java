package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.time;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** The table {@code gateways}: which incarnation serves each slot, and until when it is taken for alive. */
public final class GatewayStore {
    private final Database database;

    public GatewayStore(Database database) {
        this.database = database;
    }

    /**
     * A sign of life, or the last one.
     *
     * @param sessions devices connected; {@link #UNKNOWN} if it is a sign by the way, which only tells of the incarnation: it
     *     does not prolong the lease that the gateway has given itself
     */
    public record Sign(int slot, long incarnation, Instant leaseUntil, boolean stopped, int sessions) {
        public static final int UNKNOWN = -1;

        public boolean isByTheWay() {
            return sessions == UNKNOWN;
        }
    }

    /**
     * What a sign meant.
     *
     * @param ended sessions of the slot that belong to a lower incarnation, or to one that has stopped, are over
     * @param revived it can be dispatched to again, and could not be before
     */
    public record Heard(int slot, boolean ended, boolean revived) {}

    /** One sign a slot; those of an older incarnation than the known one are not heard. */
    public Future<List<Heard>> hear(SqlConnection transaction, Collection<Sign> signs, Instant now) {
        return Database.query(
                        transaction,
                        """
                        with sign as (
                            select * from unnest($1::int[], $2::bigint[], $3::timestamptz[], $4::bool[], $5::int[])
                                as t(slot, incarnation, lease_until, stopped, sessions)
                        ), before as (
                            select * from gateways where slot in (select slot from sign) order by slot for update
                        ), after as (
                            insert into gateways as g (slot, incarnation, lease_until, stopped, sessions, heard_at)
                            select slot, incarnation, lease_until, stopped, sessions, $6 from sign order by slot
                            on conflict (slot) do update set
                                incarnation = excluded.incarnation,
                                lease_until = case when excluded.incarnation > g.incarnation then excluded.lease_until
                                    when excluded.sessions < 0 then g.lease_until
                                    else greatest(g.lease_until, excluded.lease_until) end,
                                stopped = excluded.stopped or g.stopped and excluded.incarnation = g.incarnation,
                                sessions = case when excluded.sessions < 0 then g.sessions else excluded.sessions end,
                                heard_at = excluded.heard_at
                            where excluded.incarnation >= g.incarnation
                            returning slot, incarnation, lease_until, stopped
                        )
                        select a.slot,
                            b.slot is null or a.incarnation > b.incarnation or a.stopped and not b.stopped as ended,
                            not a.stopped and a.lease_until > $6
                                and (b.slot is null or b.lease_until <= $6 or a.incarnation > b.incarnation) as revived
                        from after a left join before b on b.slot = a.slot""",
                        Columns.ints(signs, Sign::slot),
                        Columns.longs(signs, Sign::incarnation),
                        Columns.times(signs, Sign::leaseUntil),
                        Columns.flags(signs, Sign::stopped),
                        Columns.ints(signs, Sign::sessions),
                        time(now))
                .map(rows -> mapped(
                        rows,
                        row -> new Heard(row.getInteger("slot"), row.getBoolean("ended"), row.getBoolean("revived"))));
    }

    /** A gateway whose lease is over by what has been read, with sessions still standing. */
    public record Silent(int slot, long incarnation, Instant leaseUntil) {}

    public Future<List<Silent>> silent(Instant now) {
        return database.query("""
                        select slot, incarnation, lease_until from gateways g
                        where not stopped and lease_until <= $1
                            and exists (select from sessions s where s.slot = g.slot and s.connected)""", time(now))
                .map(rows -> mapped(
                        rows,
                        row -> new Silent(
                                row.getInteger("slot"),
                                row.getLong("incarnation"),
                                Columns.instant(row, "lease_until"))));
    }

    /** For a topic made anew, whose offsets start again. */
    public Future<Void> forgetAll(SqlConnection transaction) {
        return Database.query(transaction, "delete from gateways").mapEmpty();
    }
}
