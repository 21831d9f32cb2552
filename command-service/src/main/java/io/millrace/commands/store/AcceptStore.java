package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.bytes;
import static io.millrace.commands.store.Columns.ints;
import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.maybeText;
import static io.millrace.commands.store.Columns.texts;
import static io.millrace.commands.store.Columns.time;
import static io.millrace.commands.store.Columns.times;

import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.Dispatch;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The birth of commands: into {@code commands}, and in the same statement, where the device is ready and free, on to {@code sent}, with
 * the entries in {@code command_events} and the mark {@code sessions.in_flight}. They come or fail together, in one round trip, for
 * this stands between a reading and the device's reaction to it. How locks are taken is told in {@link ClaimStore}.
 */
public final class AcceptStore {
    private static final String ACCEPT = """
            with incoming as (
                select t.*, d.id is not null as known, coalesce(d.enabled, true) as enabled
                from unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                            $9::text[], $10::int[], $11::int[], $12::text[], $13::timestamptz[], $14::timestamptz[],
                            $16::text[], $17::bigint[], $18::text[])
                    with ordinality as t(id, device_id, payload, content_type, origin, rule, revision, cause,
                            requested_by, qos, chain, idempotency_key, created_at, expires_at, retry, answer_within_ms,
                            batch_id, ord)
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
                    and (select true from commands c where c.device_id = s.device_id and c.status = 'queued'
                        and (c.not_before is null or c.not_before <= $15) limit 1) is null
                for update of s skip locked
            ), inserted as (
                insert into commands (id, device_id, payload, content_type, origin, rule, revision, cause, requested_by, qos,
                    chain, idempotency_key, status, reason, attempt, slot, epoch, created_at, accepted_at, expires_at,
                    sent_at, finished_at, retry, answer_within_ms, batch_id)
                select j.id, j.device_id, j.payload, j.content_type, j.origin, j.rule, j.revision, j.cause, j.requested_by,
                    j.qos, j.chain, j.idempotency_key,
                    case when refusal is not null then 'rejected' when over then 'expired'
                         when f.id is not null then 'sent' else 'queued' end,
                    refusal, case when f.id is null then 0 else 1 end, f.slot, f.epoch, j.created_at, $15, j.expires_at,
                    case when f.id is not null then $15 end, case when refusal is not null or over then $15 end,
                    j.retry::jsonb, j.answer_within_ms, j.batch_id
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

    private final Database database;
    private final DiskWait disk;

    public AcceptStore(Database database) {
        this.database = database;
        disk = new DiskWait(database);
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
    public Future<List<Accepted>> accept(Collection<NewCommand> commands, Instant now) {
        return database.query(ACCEPT, values(commands, now)).map(rows -> accepted(rows, commands, now));
    }

    /** The same within a transaction, which then does not wait for the disk either. */
    public Future<List<Accepted>> accept(SqlConnection transaction, Collection<NewCommand> commands, Instant now) {
        return Database.query(transaction, ACCEPT, values(commands, now)).map(rows -> accepted(rows, commands, now));
    }

    private static @Nullable Object[] values(Collection<NewCommand> commands, Instant now) {
        List<CommandRequest> requests =
                commands.stream().map(NewCommand::request).toList();
        return new @Nullable Object[] {
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
            texts(commands, c -> c.idempotencyKey().orElse(null)),
            times(requests, CommandRequest::createdAt),
            times(requests, CommandRequest::expiresAt),
            time(now),
            texts(commands, c -> TermsJson.retry(c.terms())),
            commands.stream().map(c -> TermsJson.answerWithin(c.terms())).toArray(Long[]::new),
            texts(commands, c -> c.batch().orElse(null))
        };
    }

    private static List<Accepted> accepted(RowSet<Row> rows, Collection<NewCommand> commands, Instant now) {
        Map<String, CommandRequest> byId = new HashMap<>();
        commands.forEach(command -> byId.putIfAbsent(command.request().commandId(), command.request()));
        return mapped(rows, row -> accepted(row, byId, now));
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
        return disk.forAll();
    }
}
