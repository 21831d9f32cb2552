package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.maybeInstant;
import static io.millrace.commands.store.Columns.maybeText;
import static io.millrace.commands.store.Columns.text;
import static io.millrace.commands.store.Columns.texts;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.store.WebhookMessage.Attempt;
import io.millrace.commands.store.WebhookMessage.Claimed;
import io.millrace.schemas.DeviceId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.SqlResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The table {@code webhook_messages}: what is to be told, and was. What became of commands is put there by a trigger on {@code commands},
 * whatever statement does it. Times are the database's, so that instances need not agree on theirs.
 */
public final class WebhookMessageStore {
    private final Database database;

    public WebhookMessageStore(Database database) {
        this.database = database;
    }

    /** A message to each enabled receiver that wants to know. */
    public Future<Void> tell(SqlConnection transaction, List<AlertStore.News> news) {
        if (news.isEmpty()) {
            return Future.succeededFuture();
        }
        return Database.query(
                        transaction,
                        """
                        insert into webhook_messages (webhook_id, event, subject, data)
                        select w.id, t.event, t.subject, t.data::jsonb
                        from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) with ordinality
                            as t(event, subject, data, device, rule, labels, n)
                        join webhooks w on w.enabled and t.event = any(w.events)
                            and (w.devices = '{}' or t.device = any(w.devices))
                            and (w.rules = '{}' or t.rule = any(w.rules))
                            and (w.labels = '{}'
                                or (coalesce((select d.labels from devices d where d.id = t.device), '{}') || t.labels::jsonb)
                                    @> w.labels)
                        order by t.n""",
                        texts(news, one -> "alert." + one.event().status().text()),
                        texts(news, one -> one.event().fingerprint()),
                        texts(news, one -> text(one.event())),
                        texts(news, one -> one.event()
                                .deviceId()
                                .map(DeviceId::value)
                                .orElse(null)),
                        texts(news, one -> one.event().rule()),
                        texts(news, one -> text(one.event().labels())))
                .mapEmpty();
    }

    /**
     * Takes what is due, for that long: if nothing is said of it until then, it is due again, for any instance. Of a subject only the oldest
     * message, so that nobody hears of the end before the beginning.
     *
     * @param room for how many more of a receiver's messages there is room here
     * @param usual room for a receiver that is not named
     */
    public Future<List<Claimed>> claim(Map<String, Integer> room, int usual, int most, Duration lease) {
        return database.query("""
                        with due as (
                            select m.n
                            from webhooks w
                            left join unnest($1::text[], $2::int[]) as busy(id, room) on busy.id = w.id
                            cross join lateral (
                                select m.n from webhook_messages m
                                where m.webhook_id = w.id and m.status = 'pending' and m.due_at <= now()
                                    and not exists (select from webhook_messages o where o.webhook_id = m.webhook_id
                                        and o.subject = m.subject and o.status = 'pending' and o.n < m.n)
                                order by m.due_at, m.n
                                limit coalesce(busy.room, $3)
                                for update of m skip locked) m
                            where w.enabled
                            limit $4)
                        update webhook_messages m
                        set attempt = m.attempt + 1, tried_at = now(), due_at = now() + make_interval(secs => $5)
                        from due, webhooks w
                        where m.n = due.n and w.id = m.webhook_id
                        returning m.*, m.data::text as data_text, w.url, w.name as receiver, w.secret""", texts(room.keySet()), room.values().toArray(Integer[]::new), usual, most, (double)
                        lease.toSeconds())
                .map(rows -> mapped(rows, WebhookMessageStore::claimed));
    }

    /** A message that is tried once, by the caller. */
    public Future<Claimed> begin(Webhook webhook, String event, String subject, JsonNode data) {
        return database.query("""
                        insert into webhook_messages (webhook_id, event, subject, data, status, attempt, tried_at, finished_at)
                        values ($1, $2, $3, $4::text::jsonb, 'failed', 1, now(), now())
                        returning *, data::text as data_text""", webhook.id(), event, subject, text(data))
                .map(rows ->
                        new Claimed(message(rows.iterator().next()), webhook.url(), webhook.name(), webhook.secret()));
    }

    /** It was taken. */
    public Future<Void> delivered(WebhookMessage message, Attempt attempt) {
        return finish(message, WebhookMessage.Status.DELIVERED, attempt);
    }

    /** It will not be tried again. */
    public Future<Void> failed(WebhookMessage message, Attempt attempt) {
        return finish(message, WebhookMessage.Status.FAILED, attempt);
    }

    private Future<Void> finish(WebhookMessage message, WebhookMessage.Status status, Attempt attempt) {
        return database.query(
                        """
                        update webhook_messages set status = $3, http_status = $4, error = $5, took_millis = $6, finished_at = now()
                        where n = $1 and attempt = $2""",
                        message.n(),
                        message.attempt(),
                        status.text(),
                        attempt.httpStatus().orElse(null),
                        attempt.error().orElse(null),
                        attempt.tookMillis())
                .mapEmpty();
    }

    /** Again after that pause, the last time when it is as old as that; then true: it is given up. */
    public Future<Boolean> again(WebhookMessage message, Attempt attempt, Duration pause, Duration giveUpAfter) {
        return database.query(
                        """
                        update webhook_messages m set http_status = $3, error = $4, took_millis = $5,
                            status = case when now() >= given_up then 'failed' else status end,
                            finished_at = case when now() >= given_up then now() end,
                            due_at = least(now() + make_interval(secs => $6), given_up)
                        from (select n, created_at + make_interval(secs => $7) as given_up from webhook_messages) l
                        where m.n = $1 and m.attempt = $2 and l.n = m.n and l.n = $1
                        returning m.status""",
                        message.n(),
                        message.attempt(),
                        attempt.httpStatus().orElse(null),
                        attempt.error().orElse(null),
                        attempt.tookMillis(),
                        pause.toMillis() / 1000.0,
                        giveUpAfter.toMillis() / 1000.0)
                .map(rows -> rows.size() > 0
                        && rows.iterator().next().getString("status").equals("failed"));
    }

    public Future<Optional<WebhookMessage>> find(long n) {
        return database.query("select *, data::text as data_text from webhook_messages where n = $1", n)
                .map(rows -> mapped(rows, WebhookMessageStore::message).stream().findFirst());
    }

    /** The newest first, those before {@code n}. */
    public Future<List<WebhookMessage>> list(
            String webhook, Optional<WebhookMessage.Status> status, long before, int limit) {
        return database.query(
                        "select *, data::text as data_text from webhook_messages where webhook_id = $1 and n < $2"
                                + " and ($3::text is null or status = $3) order by n desc limit $4",
                        webhook,
                        before,
                        status.map(WebhookMessage.Status::text).orElse(null),
                        limit)
                .map(rows -> mapped(rows, WebhookMessageStore::message));
    }

    /** What waits for a disabled receiver longer than anybody would try, what has been kept long enough, what is for nobody. */
    public Future<Integer> removeOld(Duration giveUpAfter, Duration kept) {
        return database.query("""
                        update webhook_messages m set status = 'failed', finished_at = now(),
                            error = coalesce(error, 'the webhook is disabled')
                        from webhooks w
                        where w.id = m.webhook_id and not w.enabled and m.status = 'pending'
                            and m.created_at < now() - make_interval(secs => $1)""", (double) giveUpAfter.toSeconds())
                .compose(done -> database.query("""
                        delete from webhook_messages m
                        where status <> 'pending' and finished_at < now() - make_interval(secs => $1)
                            or not exists (select from webhooks w where w.id = m.webhook_id)""", (double) kept.toSeconds()))
                .map(SqlResult::rowCount);
    }

    private static Claimed claimed(Row row) {
        return new Claimed(
                message(row),
                row.getString("url"),
                row.getString("receiver"),
                row.getBuffer("secret").getBytes());
    }

    private static WebhookMessage message(Row row) {
        return new WebhookMessage(
                row.getLong("n"),
                row.getString("id"),
                row.getString("webhook_id"),
                row.getString("event"),
                row.getString("subject"),
                Columns.json(row, "data_text"),
                WebhookMessage.Status.parse(row.getString("status")),
                row.getInteger("attempt"),
                Columns.instant(row, "created_at"),
                Columns.instant(row, "due_at"),
                maybeInstant(row, "tried_at"),
                Optional.ofNullable(row.getInteger("took_millis")),
                Optional.ofNullable(row.getInteger("http_status")),
                maybeText(row, "error"),
                maybeInstant(row, "finished_at"));
    }
}
