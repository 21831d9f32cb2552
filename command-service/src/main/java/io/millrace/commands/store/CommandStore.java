package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.texts;
import static io.millrace.commands.store.Columns.times;

import io.millrace.commands.life.CommandState;
import io.millrace.schemas.CommandStatus;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of {@code commands} while they are changed: locked, and given what {@code CommandLife} made of them. They are born in
 * {@link AcceptStore}, sent by {@link ClaimStore}, read in {@link CommandSearchStore} and removed by {@link SweepStore}.
 */
public final class CommandStore {
    private static final String LOCK = """
            select id, device_id, status, attempt, coalesce(epoch, -1) as epoch, expires_at, accepted_at, retry::text as retry,
                answer_within_ms, retries, answered, failed_at
            from commands where id = any($1) order by id for update""";

    /** A command under lock, within a transaction. */
    public record Locked(String id, String deviceId, CommandState state, Instant acceptedAt) {}

    /** @param patiently wait for those that somebody else has locked; else they are left out */
    public Future<Map<String, Locked>> lock(SqlConnection transaction, Collection<String> ids, boolean patiently) {
        return Database.query(transaction, patiently ? LOCK : LOCK + " skip locked", (Object) texts(ids))
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
                Columns.instant(row, "expires_at"),
                TermsJson.terms(row),
                row.getInteger("retries"),
                row.getInteger("answered"),
                Columns.maybeInstant(row, "failed_at"));
        return new Locked(row.getString("id"), row.getString("device_id"), state, Columns.instant(row, "accepted_at"));
    }

    /**
     * New values of a locked command.
     *
     * @param reason of the new status; empty keeps the old one if the status stays
     * @param delivered when the PUBACK came, if now
     * @param finished when it came to its end, if now
     * @param result the device's own words, JSON
     * @param notBefore when it may be sent again, if it is queued for a retry
     * @param answerDue when its answer has to be there, if it is to be answered
     */
    public record Update(
            String id,
            CommandState state,
            boolean changed,
            Optional<String> reason,
            Optional<Instant> delivered,
            Optional<Instant> finished,
            Optional<String> result,
            Optional<Instant> notBefore,
            Optional<Instant> answerDue) {}

    public Future<Void> update(SqlConnection transaction, Collection<Update> updates) {
        return Database.query(
                        transaction,
                        """
                        update commands c set
                            status = u.status,
                            reason = case when u.changed then u.reason else c.reason end,
                            delivered_at = coalesce(c.delivered_at, u.delivered),
                            finished_at = coalesce(c.finished_at, u.finished),
                            result = coalesce(u.result::jsonb, c.result),
                            retries = u.retries,
                            answered = u.answered,
                            failed_at = u.failed_at,
                            not_before = case when u.changed then u.not_before else c.not_before end,
                            answer_due = case when u.changed then u.answer_due else c.answer_due end
                        from unnest($1::text[], $2::text[], $3::bool[], $4::text[], $5::timestamptz[], $6::timestamptz[],
                            $7::text[], $8::int[], $9::int[], $10::timestamptz[], $11::timestamptz[],
                            $12::timestamptz[])
                            as u(id, status, changed, reason, delivered, finished, result, retries, answered, not_before,
                                answer_due, failed_at)
                        where c.id = u.id""",
                        texts(updates, Update::id),
                        texts(updates, u -> u.state().status().text()),
                        Columns.flags(updates, Update::changed),
                        texts(updates, u -> u.reason().orElse(null)),
                        times(updates, u -> u.delivered().orElse(null)),
                        times(updates, u -> u.finished().orElse(null)),
                        texts(updates, u -> u.result().orElse(null)),
                        Columns.ints(updates, u -> u.state().retries()),
                        Columns.ints(updates, u -> u.state().failedAttempt()),
                        times(updates, u -> u.notBefore().orElse(null)),
                        times(updates, u -> u.answerDue().orElse(null)),
                        times(updates, u -> u.state().failedAt().orElse(null)))
                .mapEmpty();
    }
}
