package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.bytes;
import static io.millrace.commands.store.Columns.ints;
import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.maybeInstant;
import static io.millrace.commands.store.Columns.maybeText;
import static io.millrace.commands.store.Columns.texts;
import static io.millrace.commands.store.Columns.time;
import static io.millrace.commands.store.Columns.times;

import io.millrace.commands.life.CommandState;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Dispatch;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The table {@code commands}. Two statements, {@link #accept} and {@link #claim}, also write {@code command_events} and
 * {@code sessions.in_flight}: the status {@code sent}, its entry in the timeline and the mark on the session come or fail
 * together, in one round trip, for they stand between a reading and the device's reaction to it.
 *
 * <p>The session's row is the lock: who has it and finds no command in flight may choose the next one. Whatever may let a
 * command go (a new one, a session that is ready, the end of the one before) is committed first and then followed by
 * {@code claim}, so the last to commit sees all there is and nothing is left waiting.
 *
 * <p>Both commit without waiting for the disk, so that the dispatch need not either; {@link #flush} does the waiting, before
 * anybody is promised anything. What a crash of PostgreSQL takes in between comes again: a command from Kafka, whose offset is
 * not yet committed; a mark {@code sent} as {@code queued}, and the PUBACK of what was sent is still believed.
 */
public final class CommandStore {
    private static final String ACCEPT = """
            with incoming as (
                select t.*, d.id is not null as known, coalesce(d.enabled, true) as enabled
                from unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                            $9::text[], $10::int[], $11::int[], $12::text[], $13::timestamptz[], $14::timestamptz[])
                    with ordinality as t(id, device_id, payload, content_type, origin, rule, revision, cause,
                            requested_by, qos, chain, idempotency_key, created_at, expires_at, ord)
                left join devices d on d.id = t.device_id
            ), judged as (
                select i.*, expires_at <= $15 as over,
                    case when not known and origin <> 'rule' then 'unknown-device'
                         when not enabled then 'device-disabled' end as refusal
                from incoming i
            ), first as (
                select distinct on (device_id) id, device_id from judged
                where refusal is null and not over order by device_id, ord
            ), free as (
                select s.slot, s.epoch, f.id
                from first f
                join sessions s on s.device_id = f.device_id
                join gateways g on g.slot = s.slot and g.incarnation = s.incarnation
                where s.connected and s.ready and s.in_flight is null and not g.stopped and g.lease_until > $15
                    and not exists (select from commands c where c.device_id = s.device_id and c.status = 'queued')
                for update of s skip locked
            ), inserted as (
                insert into commands (id, device_id, payload, content_type, origin, rule, revision, cause, requested_by, qos,
                    chain, idempotency_key, status, reason, attempt, slot, epoch, created_at, accepted_at, expires_at,
                    sent_at, finished_at)
                select j.id, j.device_id, j.payload, j.content_type, j.origin, j.rule, j.revision, j.cause, j.requested_by,
                    j.qos, j.chain, j.idempotency_key,
                    case when refusal is not null then 'rejected' when over then 'expired'
                         when f.id is not null then 'sent' else 'queued' end,
                    refusal, case when f.id is null then 0 else 1 end, f.slot, f.epoch, j.created_at, $15, j.expires_at,
                    case when f.id is not null then $15 end, case when refusal is not null or over then $15 end
                from judged j left join free f on f.id = j.id
                order by j.ord
                on conflict do nothing
                returning id, seq, device_id, status, reason, attempt, slot, epoch
            ), marked as (
                update sessions s set in_flight = i.id from inserted i
                where i.status = 'sent' and s.device_id = i.device_id
            ), noted as (
                insert into command_events (command_id, at, event, status, attempt, slot, epoch, reason)
                select id, $15, case when status = 'sent' then 'queued' else status end,
                    case when status = 'sent' then 'queued' else status end, 0, null, null, reason
                from inserted
                union all
                select id, $15, 'sent', 'sent', attempt, slot, epoch, null from inserted where status = 'sent'
            )
            select id, device_id, status, reason, attempt, slot, epoch, set_config('synchronous_commit', 'off', true)
            from inserted order by seq""";

    private static final String CLAIM = """
            with target as (
                select s.device_id, s.slot, s.epoch
                from sessions s
                join gateways g on g.slot = s.slot and g.incarnation = s.incarnation
                where s.device_id = any($1) and s.connected and s.ready and s.in_flight is null
                    and not g.stopped and g.lease_until > $2
                order by s.device_id
                for update of s
            ), next as (
                select t.slot, t.epoch, c.id
                from target t
                cross join lateral (select id from commands where device_id = t.device_id and status = 'queued'
                    and expires_at > $2 order by seq limit 1) c
            ), sent as (
                update commands c
                set status = 'sent', reason = null, attempt = c.attempt + 1, slot = n.slot, epoch = n.epoch, sent_at = $2
                from next n
                where c.id = n.id and c.status = 'queued'
                returning c.id, c.device_id, c.payload, c.content_type, c.qos, c.attempt, c.slot, c.epoch, c.expires_at,
                    c.accepted_at
            ), marked as (
                update sessions s set in_flight = c.id from sent c where s.device_id = c.device_id
            ), noted as (
                insert into command_events (command_id, at, event, status, attempt, slot, epoch)
                select id, $2, 'sent', 'sent', attempt, slot, epoch from sent
            )
            select *, set_config('synchronous_commit', 'off', true) from sent""";

    private static final String COLUMNS = """
            select id, seq, device_id, payload, content_type, origin, rule, revision, cause, requested_by, status, reason,
                result::text as result, attempt, created_at, expires_at, sent_at, delivered_at, finished_at
            from commands\s""";

    private final Database database;

    public CommandStore(Database database) {
        this.database = database;
    }

    /**
     * What became of a new command.
     *
     * @param dispatch to be written to Kafka now, if the device was free
     */
    public record Accepted(Command.Change change, Optional<Dispatch> dispatch) {}

    /**
     * Inserts commands: rejected for an unknown or disabled device, expired if their time is over, sent if their device is
     * ready and free, else queued. Those whose id (or idempotency key) is there already are left as they are and not returned.
     * A rule's command for a device that is not known yet stays queued for a moment: its session may be read a little later.
     */
    public Future<List<Accepted>> accept(
            Collection<CommandRequest> requests, Optional<String> idempotencyKey, Instant now) {
        Map<String, CommandRequest> byId = new HashMap<>();
        requests.forEach(request -> byId.putIfAbsent(request.commandId(), request));
        return database.query(
                        ACCEPT,
                        texts(requests, CommandRequest::commandId),
                        texts(requests, r -> r.deviceId().value()),
                        bytes(requests, CommandRequest::payload),
                        texts(requests, r -> r.contentType().orElse(null)),
                        texts(requests, r -> r.origin().text()),
                        texts(requests, r -> r.rule().orElse(null)),
                        texts(requests, r -> r.revision().orElse(null)),
                        texts(requests, r -> r.cause().orElse(null)),
                        texts(requests, r -> r.user().orElse(null)),
                        ints(requests, CommandRequest::qos),
                        ints(requests, CommandRequest::chain),
                        texts(requests, r -> idempotencyKey.orElse(null)),
                        times(requests, CommandRequest::createdAt),
                        times(requests, CommandRequest::expiresAt),
                        time(now))
                .map(rows -> mapped(rows, row -> accepted(row, byId, now)));
    }

    private static Accepted accepted(Row row, Map<String, CommandRequest> byId, Instant now) {
        CommandRequest request = byId.get(row.getString("id"));
        if (request == null) {
            throw new IllegalStateException(
                    "the database returned a command that was not given: " + row.getString("id"));
        }
        var change = new Command.Change(
                request.commandId(),
                request.deviceId().value(),
                now,
                CommandStatus.parse(row.getString("status")),
                row.getInteger("attempt"),
                maybeText(row, "reason"),
                now);
        if (change.status() != CommandStatus.SENT) {
            return new Accepted(change, Optional.empty());
        }
        return new Accepted(
                change,
                Optional.of(new Dispatch(
                        request.commandId(),
                        request.deviceId(),
                        row.getInteger("slot"),
                        row.getLong("epoch"),
                        row.getInteger("attempt"),
                        request.payload(),
                        request.contentType(),
                        request.qos(),
                        request.expiresAt())));
    }

    /** Completes when all that was committed before is on disk. */
    public Future<Void> flush() {
        // A transaction that writes nothing would not wait; this one writes an empty message that nobody reads.
        return database.query("select pg_logical_emit_message(true, 'millrace', '')")
                .mapEmpty();
    }

    /** A command that has just become {@code sent}, and when it had been accepted. */
    public record Claimed(Dispatch dispatch, Instant acceptedAt) {}

    /** For each of these devices that is ready and free, the oldest command that waits becomes {@code sent}. */
    public Future<List<Claimed>> claim(Collection<String> devices, Instant now) {
        return database.query(CLAIM, texts(devices), time(now)).map(rows -> mapped(rows, CommandStore::claimed));
    }

    private static Claimed claimed(Row row) {
        var dispatch = new Dispatch(
                row.getString("id"),
                new DeviceId(row.getString("device_id")),
                row.getInteger("slot"),
                row.getLong("epoch"),
                row.getInteger("attempt"),
                row.getBuffer("payload").getBytes(),
                maybeText(row, "content_type"),
                row.getInteger("qos"),
                Columns.instant(row, "expires_at"));
        return new Claimed(dispatch, Columns.instant(row, "accepted_at"));
    }

    /** A command under lock, within a transaction. */
    public record Locked(String id, String deviceId, CommandState state, Instant acceptedAt) {}

    public Future<Map<String, Locked>> lock(SqlConnection transaction, Collection<String> ids) {
        return Database.query(
                        transaction,
                        "select id, device_id, status, attempt, coalesce(epoch, -1) as epoch, expires_at, accepted_at"
                                + " from commands where id = any($1) order by id for update",
                        (Object) texts(ids))
                .map(rows -> {
                    Map<String, Locked> byId = new HashMap<>();
                    rows.forEach(row -> byId.put(row.getString("id"), locked(row)));
                    return byId;
                });
    }

    private static Locked locked(Row row) {
        var state = new CommandState(
                CommandStatus.parse(row.getString("status")),
                row.getInteger("attempt"),
                row.getLong("epoch"),
                Columns.instant(row, "expires_at"));
        return new Locked(row.getString("id"), row.getString("device_id"), state, Columns.instant(row, "accepted_at"));
    }

    /**
     * New values of a locked command.
     *
     * @param reason of the new status; empty keeps the old one if the status stays
     * @param delivered when the PUBACK came, if now
     * @param finished when it came to its end, if now
     * @param result the device's own words, JSON
     */
    public record Update(
            String id,
            CommandStatus status,
            boolean changed,
            Optional<String> reason,
            Optional<Instant> delivered,
            Optional<Instant> finished,
            Optional<String> result) {}

    public Future<Void> update(SqlConnection transaction, Collection<Update> updates) {
        return Database.query(
                        transaction,
                        """
                        update commands c set
                            status = u.status,
                            reason = case when u.changed then u.reason else c.reason end,
                            delivered_at = coalesce(c.delivered_at, u.delivered),
                            finished_at = coalesce(c.finished_at, u.finished),
                            result = coalesce(u.result::jsonb, c.result)
                        from unnest($1::text[], $2::text[], $3::bool[], $4::text[], $5::timestamptz[], $6::timestamptz[],
                            $7::text[]) as u(id, status, changed, reason, delivered, finished, result)
                        where c.id = u.id""",
                        texts(updates, Update::id),
                        texts(updates, u -> u.status().text()),
                        Columns.flags(updates, Update::changed),
                        texts(updates, u -> u.reason().orElse(null)),
                        times(updates, u -> u.delivered().orElse(null)),
                        times(updates, u -> u.finished().orElse(null)),
                        texts(updates, u -> u.result().orElse(null)))
                .mapEmpty();
    }

    public Future<Optional<Command>> find(String id) {
        return database.query(COLUMNS + "where id = $1", id).map(CommandStore::first);
    }

    public Future<Optional<Command>> findByIdempotencyKey(DeviceId device, String key) {
        return database.query(COLUMNS + "where device_id = $1 and idempotency_key = $2", device.value(), key)
                .map(CommandStore::first);
    }

    /** The newest first, those before {@code seq}. */
    public Future<List<Command>> listOfDevice(
            DeviceId device, Optional<CommandStatus> status, long beforeSeq, int limit) {
        return database.query(
                        COLUMNS + "where device_id = $1 and seq < $2 and ($3::text is null or status = $3)"
                                + " order by seq desc limit $4",
                        device.value(),
                        beforeSeq,
                        status.map(CommandStatus::text).orElse(null),
                        limit)
                .map(rows -> mapped(rows, CommandStore::command));
    }

    /** For answers of which the gateway could not tell either what they are for: the last command that was handed to each of these devices. */
    public Future<Map<String, String>> lastHanded(Collection<String> devices) {
        return database.query(
                        "select distinct on (device_id) device_id, id from commands where device_id = any($1)"
                                + " and status in ('sent', 'delivered') order by device_id, sent_at desc",
                        (Object) texts(devices))
                .map(rows -> {
                    Map<String, String> byDevice = new HashMap<>();
                    rows.forEach(row -> byDevice.put(row.getString("device_id"), row.getString("id")));
                    return byDevice;
                });
    }

    private static Optional<Command> first(Iterable<Row> rows) {
        List<Command> found = new ArrayList<>(mapped(rows, CommandStore::command));
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
    }

    private static Command command(Row row) {
        Buffer payload = row.getBuffer("payload");
        return new Command(
                row.getString("id"),
                row.getLong("seq"),
                row.getString("device_id"),
                payload.getBytes(),
                maybeText(row, "content_type"),
                row.getString("origin"),
                maybeText(row, "rule"),
                maybeText(row, "revision"),
                maybeText(row, "cause"),
                maybeText(row, "requested_by"),
                CommandStatus.parse(row.getString("status")),
                maybeText(row, "reason"),
                Columns.maybeJson(row, "result"),
                row.getInteger("attempt"),
                Columns.instant(row, "created_at"),
                Columns.instant(row, "expires_at"),
                maybeInstant(row, "sent_at"),
                maybeInstant(row, "delivered_at"),
                maybeInstant(row, "finished_at"));
    }
}
