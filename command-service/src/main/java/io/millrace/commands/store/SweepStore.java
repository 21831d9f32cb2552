package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.texts;
import static io.millrace.commands.store.Columns.time;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * Finds commands that should not be as they are: over time, sent into a session that is gone, never heard of again, waiting
 * for no reason. Only reads, except that it deletes old ones; what is found may have changed when it is acted upon.
 */
public final class SweepStore {
    /** What one statement finds at most; where it finds so many there may be more. */
    public static final int LIMIT = 1_000;

    private final Database database;

    public SweepStore(Database database) {
        this.database = database;
    }

    /** A command with what a signal about it has to name. */
    public record Found(String commandId, String deviceId, int attempt, long epoch) {
        static Found of(Row row) {
            return new Found(
                    row.getString("id"), row.getString("device_id"), row.getInteger("attempt"), row.getLong("epoch"));
        }
    }

    /** Queued and over time; in the words of the index {@code commands_expiring}. */
    public Future<List<Found>> expired(Instant now) {
        return found("left(c.status, 6) = 'queued' and c.expires_at <= $1", time(now));
    }

    /** Sent for a session that is over, whatever the device. */
    public Future<List<Found>> orphans() {
        return found("c.status = 'sent' and exists (select from sessions s where s.device_id = c.device_id"
                + " and (not s.connected or s.epoch <> c.epoch))");
    }

    /** Sent for a session that is over, of these devices. */
    public Future<List<Found>> orphansOf(Collection<String> devices) {
        return found(
                "c.status = 'sent' and c.device_id = any($1) and exists (select from sessions s"
                        + " where s.device_id = c.device_id and (not s.connected or s.epoch <> c.epoch))",
                (Object) texts(devices));
    }

    /** Sent before that time, for a session that still lives, and nothing was heard since. */
    public Future<List<Found>> unanswered(Instant sentBefore) {
        return found(
                "c.status = 'sent' and c.sent_at < $1 and exists (select from sessions s"
                        + " where s.device_id = c.device_id and s.connected and s.epoch = c.epoch)",
                time(sentBefore));
    }

    /** Delivered, and the device owed an answer by then. */
    public Future<List<Found>> unansweredByDevice(Instant now) {
        return found("c.status = 'delivered' and c.answer_due <= $1", time(now));
    }

    /** For devices that nobody knows: not yet, as a rule may be first to speak of one, or not any more. */
    public Future<List<Found>> ofUnknownDevices(Instant acceptedBefore) {
        return found(
                "c.status = 'queued' and c.accepted_at < $1"
                        + " and not exists (select from devices d where d.id = c.device_id)",
                time(acceptedBefore));
    }

    /** What waits for this device, not all if it is very much. */
    public Future<List<Found>> queuedFor(String device) {
        return found("c.status = 'queued' and c.device_id = $1", device);
    }

    /** Devices that are ready and free, and have commands waiting. */
    public Future<List<String>> idle(Instant now) {
        return database.query("""
                        select distinct s.device_id
                        from commands c
                        join sessions s on s.device_id = c.device_id
                        join gateways g on g.slot = s.slot and g.incarnation = s.incarnation
                        where c.status = 'queued' and c.expires_at > $1 and (c.not_before is null or c.not_before <= $1)
                            and s.connected and s.ready and s.in_flight is null and not g.stopped and g.lease_until > $1
                        limit 1000""", time(now)).map(rows -> mapped(rows, row -> row.getString("device_id")));
    }

    /** Devices that are ready and free, and have a command whose retry is due. */
    public Future<List<String>> due(Instant now) {
        return database.query("""
                        select distinct s.device_id
                        from commands c
                        join sessions s on s.device_id = c.device_id
                        where c.status = 'queued' and c.not_before <= $1 and c.expires_at > $1 and s.connected and s.ready
                            and s.in_flight is null
                        limit 1000""", time(now)).map(rows -> mapped(rows, row -> row.getString("device_id")));
    }

    /** Removes ended commands with their timelines, and batches of that time; how many commands. */
    public Future<Integer> deleteOld(Instant acceptedBefore) {
        return database.query("""
                        with old as (
                            delete from commands where id in (select id from commands where accepted_at < $1
                                and status not in ('queued', 'sent') limit 5000)
                            returning id
                        ), events as (delete from command_events where command_id in (select id from old)
                        ), batches as (delete from command_batches where created_at < $1 and status in ('finished', 'cancelled'))
                        select count(*)::int as count from old""", time(acceptedBefore))
                .map(rows -> rows.iterator().next().getInteger("count"));
    }

    private Future<List<Found>> found(String condition, Object... values) {
        return database.query(
                        "select c.id, c.device_id, c.attempt, coalesce(c.epoch, -1) as epoch from commands c where "
                                + condition + " limit " + LIMIT,
                        values)
                .map(rows -> mapped(rows, Found::of));
    }
}
