package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.maybeText;
import static io.millrace.commands.store.Columns.texts;
import static io.millrace.commands.store.Columns.time;

import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Dispatch;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * Chooses which waiting command goes to a device next. The status {@code sent}, its entry in the timeline and the mark on the session
 * come or fail together.
 *
 * <p>The session's row is the lock: who has it and finds no command in flight may choose the next one. Whatever may let a
 * command go (a new one, a session that is ready, the end of the one before) is committed first and then followed by
 * {@code claim}, so the last to commit sees all there is and nothing is left waiting.
 *
 * <p>{@link AcceptStore} and this one commit without waiting for the disk, so that the dispatch need not either;
 * {@link AcceptStore#flush} does the waiting, before anybody is promised anything. What a crash of PostgreSQL takes in between comes
 * again: a command from Kafka, whose offset is not yet committed; a mark {@code sent} as {@code queued}, and the PUBACK of what was
 * sent is still believed.
 */
public final class ClaimStore {
    // status || '' keeps the planner from reading all that waits, where it believes that to be next to nothing; the key
    // is what it is to use.
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
                    and expires_at > $2 and (not_before is null or not_before <= $2) order by seq limit 1) c
            ), sent as (
                update commands c
                set status = 'sent', reason = null, attempt = c.attempt + 1, slot = n.slot, epoch = n.epoch, sent_at = $2,
                    not_before = null
                from next n
                where c.id = n.id and c.status || '' = 'queued'
                returning c.id, c.device_id, c.payload, c.content_type, c.qos, c.attempt, c.slot, c.epoch, c.expires_at,
                    c.accepted_at
            ), marked as (
                update sessions s set in_flight = c.id from sent c where s.device_id = c.device_id
            ), noted as (
                insert into command_events (command_id, at, event, status, attempt, slot, epoch)
                select id, $2, 'sent', 'sent', attempt, slot, epoch from sent
            )
            select *, set_config('synchronous_commit', 'off', true) from sent""";

    private final Database database;

    public ClaimStore(Database database) {
        this.database = database;
    }

    /** A command that has just become {@code sent}, and when it had been accepted. */
    public record Claimed(Dispatch dispatch, Instant acceptedAt) {}

    /** For each of these devices that is ready and free, the oldest command that waits becomes {@code sent}. */
    public Future<List<Claimed>> claim(Collection<String> devices, Instant now) {
        return database.query(CLAIM, texts(devices), time(now)).map(rows -> mapped(rows, ClaimStore::claimed));
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
}
