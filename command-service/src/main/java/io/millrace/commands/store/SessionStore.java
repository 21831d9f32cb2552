package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.longs;
import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.maybeInstant;
import static io.millrace.commands.store.Columns.maybeText;
import static io.millrace.commands.store.Columns.texts;
import static io.millrace.commands.store.Columns.time;
import static io.millrace.commands.store.Columns.times;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The table {@code sessions}: the newest session of each device, by epoch. A session goes from connected to closed, a higher
 * epoch replaces it, a lower one changes nothing: so whatever is read twice or late does no harm. The column {@code in_flight}
 * is set by {@link AcceptStore} and {@link ClaimStore}, and cleared by {@link #release}.
 *
 * <p>There is one way back. A gateway that Kafka could not hear beyond its lease keeps its sockets and its incarnation, so a
 * session that was closed for that alone ({@code gateway-silent}) is only taken for over: its {@code ready} and qos are kept and
 * still follow what its gateway says of it, its own close or a higher epoch makes its end final, and {@link #reviveOfHeardGateways}
 * connects it again. Sessions of an incarnation that stopped or was replaced are over for good. A gateway whose process stood
 * still beyond its lease ends its sessions itself, with {@code closed} records; those win whether they are read before its
 * heartbeat or after.
 */
public final class SessionStore {
    private final Database database;

    public SessionStore(Database database) {
        this.database = database;
    }

    /**
     * What is to be known of a device's session from now on.
     *
     * @param readyChanged when {@code ready} became what it is; empty if the session has only been opened
     * @param clientId and protocol and address: empty if its opening was not read
     */
    public record Change(
            String deviceId,
            int slot,
            long incarnation,
            long epoch,
            boolean connected,
            boolean ready,
            int qos,
            Optional<Instant> readyChanged,
            Optional<String> clientId,
            Optional<String> protocol,
            Optional<String> address,
            Instant connectedSince,
            Optional<Instant> closedAt,
            Optional<String> closeReason) {}

    /** Takes over what is new, one change a device. */
    public Future<Void> apply(SqlConnection transaction, Collection<Change> changes) {
        return Database.query(
                        transaction,
                        """
                        insert into sessions as s (device_id, slot, incarnation, epoch, connected, ready, qos, ready_since,
                            client_id, protocol, address, connected_since, closed_at, close_reason)
                        select c.device_id, c.slot, c.incarnation, c.epoch, live, live and c.ready, c.qos, c.ready_changed,
                            c.client_id, c.protocol, c.address, c.connected_since,
                            coalesce(c.closed_at, case when not live then c.connected_since end),
                            coalesce(c.close_reason, case when not live then 'gateway-lost' end)
                        from (
                            select u.*, u.connected and (g.slot is null or g.incarnation < u.incarnation
                                or g.incarnation = u.incarnation and not g.stopped) as live
                            from unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::bool[], $6::bool[], $7::int[],
                                    $8::timestamptz[], $9::text[], $10::text[], $11::text[], $12::timestamptz[],
                                    $13::timestamptz[], $14::text[])
                                as u(device_id, slot, incarnation, epoch, connected, ready, qos, ready_changed, client_id,
                                    protocol, address, connected_since, closed_at, close_reason)
                            left join gateways g on g.slot = u.slot
                        ) c
                        order by c.device_id
                        on conflict (device_id) do update set
                            slot = excluded.slot,
                            incarnation = excluded.incarnation,
                            epoch = excluded.epoch,
                            connected = excluded.connected and (excluded.epoch > s.epoch or s.connected),
                            ready = excluded.ready,
                            qos = excluded.qos,
                            ready_since = excluded.ready_since,
                            client_id = case when excluded.epoch > s.epoch then excluded.client_id
                                else coalesce(excluded.client_id, s.client_id) end,
                            protocol = case when excluded.epoch > s.epoch then excluded.protocol
                                else coalesce(excluded.protocol, s.protocol) end,
                            address = case when excluded.epoch > s.epoch then excluded.address
                                else coalesce(excluded.address, s.address) end,
                            connected_since = case when excluded.epoch > s.epoch then excluded.connected_since
                                else s.connected_since end,
                            closed_at = coalesce(excluded.closed_at,
                                case when excluded.epoch = s.epoch then s.closed_at end),
                            close_reason = coalesce(excluded.close_reason, s.close_reason)
                        where excluded.epoch > s.epoch
                            or excluded.epoch = s.epoch and (s.connected or s.close_reason = 'gateway-silent')
                                and (excluded.ready_since is not null or excluded.closed_at is not null)""",
                        texts(changes, Change::deviceId),
                        Columns.ints(changes, Change::slot),
                        longs(changes, Change::incarnation),
                        longs(changes, Change::epoch),
                        Columns.flags(changes, Change::connected),
                        Columns.flags(changes, Change::ready),
                        Columns.ints(changes, Change::qos),
                        times(changes, c -> c.readyChanged().orElse(null)),
                        texts(changes, c -> c.clientId().orElse(null)),
                        texts(changes, c -> c.protocol().orElse(null)),
                        texts(changes, c -> c.address().orElse(null)),
                        times(changes, Change::connectedSince),
                        times(changes, c -> c.closedAt().orElse(null)),
                        texts(changes, c -> c.closeReason().orElse(null)))
                .mapEmpty();
    }

    /** Ends, in one statement, all sessions of incarnations that have been replaced or have stopped; how many. */
    public Future<Integer> closeOfEndedGateways(Instant now) {
        return changeAll(
                "connected = false, ready = false, closed_at = $1, close_reason = 'gateway-lost'",
                "s.connected and (g.incarnation > s.incarnation or g.stopped and g.incarnation = s.incarnation)",
                time(now));
    }

    /** Takes for over the sessions that were open when that gateway's lease ran out, until it is heard again; how many. */
    public Future<Integer> closeOfSilentGateway(GatewayStore.Silent gateway, Instant now) {
        return changeAll(
                "connected = false, closed_at = $1, close_reason = 'gateway-silent'",
                "s.connected and s.slot = $2 and s.incarnation <= $3 and s.connected_since < g.lease_until"
                        + " and g.lease_until <= $4",
                time(now),
                gateway.slot(),
                gateway.incarnation(),
                time(now));
    }

    /** Connects again the sessions that were closed only because their gateway could not be heard, and now it can; how many. */
    public Future<Integer> reviveOfHeardGateways(Instant now) {
        return changeAll(
                "connected = true, closed_at = null",
                "not s.connected and s.close_reason = 'gateway-silent' and g.incarnation = s.incarnation"
                        + " and not g.stopped and g.lease_until > $1",
                time(now));
    }

    private Future<Integer> changeAll(String change, String condition, Object... values) {
        return database.query("""
                        update sessions s
                        set %s
                        from (
                            select s.device_id from sessions s join gateways g on g.slot = s.slot
                            where %s
                            order by s.device_id for update of s
                        ) found
                        where s.device_id = found.device_id""".formatted(change, condition), values).map(io.vertx.sqlclient.SqlResult::rowCount);
    }

    /** Locks the rows, before those of commands: everybody takes locks in this order. */
    public Future<Void> lock(SqlConnection transaction, Collection<String> devices) {
        return Database.query(
                        transaction,
                        "select from sessions where device_id = any($1) order by device_id for update",
                        (Object) texts(devices))
                .mapEmpty();
    }

    /** The same without waiting: those of these devices whose session somebody else has locked. Devices without a session are free. */
    public Future<Set<String>> lockFree(SqlConnection transaction, Collection<String> devices) {
        return Database.query(transaction, """
                        with free as materialized (
                            select device_id from sessions where device_id = any($1) order by device_id for update skip locked
                        )
                        select device_id from sessions where device_id = any($1)
                            and device_id not in (select device_id from free)""", (Object) texts(devices))
                .map(rows -> Set.copyOf(mapped(rows, row -> row.getString("device_id"))));
    }

    /** These commands are no longer in flight. */
    public Future<Void> release(SqlConnection transaction, Collection<String> devices, Collection<String> commands) {
        return Database.query(
                        transaction,
                        "update sessions set in_flight = null where device_id = any($1) and in_flight = any($2)",
                        texts(devices),
                        texts(commands))
                .mapEmpty();
    }

    /** A gateway could not deliver into a session. */
    public record Unready(String deviceId, long epoch, Instant at) {}

    /** Nothing more is dispatched to these until their gateway says ready again; news since then stands. */
    public Future<Void> unready(SqlConnection transaction, Collection<Unready> sessions) {
        return Database.query(
                        transaction,
                        """
                        update sessions s set ready = false
                        from unnest($1::text[], $2::bigint[], $3::timestamptz[]) as u(device_id, epoch, at)
                        where s.device_id = u.device_id and s.epoch = u.epoch and s.ready_since <= u.at""",
                        texts(sessions, Unready::deviceId),
                        longs(sessions, Unready::epoch),
                        times(sessions, Unready::at))
                .mapEmpty();
    }

    /** Those of these devices, and of these slots, that are ready: what waits for them may go. */
    public Future<List<String>> ready(Collection<String> devices, Collection<Integer> slots) {
        return database.query("""
                        select distinct s.device_id from sessions s
                        where s.connected and s.ready and (s.device_id = any($1) or s.slot = any($2))
                            and exists (select from commands c where c.device_id = s.device_id and c.status = 'queued')""", texts(devices), slots.toArray(Integer[]::new))
                .map(rows -> mapped(rows, row -> row.getString("device_id")));
    }

    /** Where a device is, or was last. */
    public record Presence(
            boolean connected,
            boolean ready,
            int slot,
            long epoch,
            Optional<String> clientId,
            Optional<String> protocol,
            Optional<String> address,
            Instant connectedSince,
            Optional<Instant> closedAt,
            Optional<String> closeReason) {}

    /** Of a row in which the columns of {@code sessions} are joined; empty if the device never had a session. */
    static Optional<Presence> presence(Row row) {
        if (row.getLong("epoch") == null) {
            return Optional.empty();
        }
        return Optional.of(new Presence(
                row.getBoolean("connected"),
                row.getBoolean("connected") && row.getBoolean("ready"),
                row.getInteger("slot"),
                row.getLong("epoch"),
                maybeText(row, "client_id"),
                maybeText(row, "protocol"),
                maybeText(row, "address"),
                Columns.instant(row, "connected_since"),
                maybeInstant(row, "closed_at"),
                maybeText(row, "close_reason")));
    }

    /** For a topic made anew, whose offsets start again: every session is over, and any epoch is higher. */
    public Future<Void> forgetAll(SqlConnection transaction, Instant now) {
        return Database.query(
                        transaction,
                        "update sessions set epoch = -1, incarnation = -1, connected = false, ready = false,"
                                + " closed_at = coalesce(closed_at, $1)",
                        time(now))
                .mapEmpty();
    }
}
