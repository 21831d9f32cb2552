package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.maybeInstant;
import static io.millrace.commands.store.Columns.maybeText;
import static io.millrace.commands.store.Columns.time;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.CommandStatus;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.SqlResult;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tables {@code command_batches} and {@code batch_targets}. Which devices a batch is for is settled when it is made; each leaves the
 * targets in the transaction in which its command is born.
 */
public final class BatchStore {
    private static final String COLUMNS = "*, request::text as request_text, retry::text as retry_text";
    private static final String SELECT = "select " + COLUMNS + " from command_batches ";
    /** Of many batches, the lists of ids that they were made for may be larger than all else. */
    private static final int MOST_IDS_LISTED = 100;

    private static final String LISTED = """
            select seq, id, status, payload, content_type, qos, expires_in_ms, answer_within_ms, per_second, in_flight, total, issued,
                next_at, created_at, created_by, cancelled_by, finished_at, retry::text as retry_text,
                jsonb_build_object('selector', case
                    when jsonb_array_length(coalesce(request #> '{selector,ids}', '[]')) > %d then (request -> 'selector') - 'ids'
                    else request -> 'selector' end)::text as request_text
            from command_batches""".formatted(MOST_IDS_LISTED);

    private static final String BUSY =
            "batch_id = $1 and (status in ('queued', 'sent') or status = 'delivered' and answer_due is not null)";

    private final Database database;

    public BatchStore(Database database) {
        this.database = database;
    }

    /**
     * Which devices: those that fit all that is given.
     *
     * @param ids in this order; those that nobody knows, and disabled ones, get a command that is rejected at once
     */
    public record Selector(
            Optional<List<String>> ids,
            Optional<String> type,
            Optional<Map<String, String>> labels,
            Optional<Boolean> connected) {}

    /** Enters a batch with its devices, counted; empty if its idempotency key was used before. */
    public Future<Optional<Batch>> create(Batch batch, Selector selector, Optional<String> key) {
        return database.transaction(connection -> insert(connection, batch, key)
                .compose(inserted -> inserted
                        ? targets(connection, batch.id(), selector)
                                .compose(total -> Database.query(
                                        connection,
                                        "update command_batches set total = $2 where id = $1 returning " + COLUMNS,
                                        batch.id(),
                                        total))
                                .map(BatchStore::first)
                        : Future.succeededFuture(Optional.empty())));
    }

    private static Future<Boolean> insert(SqlConnection connection, Batch batch, Optional<String> key) {
        CommandContent content = batch.content();
        return Database.query(
                        connection,
                        """
                        insert into command_batches (id, status, request, payload, content_type, qos, expires_in_ms, retry,
                            answer_within_ms, per_second, in_flight, next_at, created_at, created_by, idempotency_key)
                        values ($1, 'running', $2::text::jsonb, $3, $4, $5, $6, $7::text::jsonb, $8, $9, $10, $11, $11, $12,
                            $13)
                        on conflict do nothing""",
                        batch.id(),
                        Columns.text(batch.request()),
                        Buffer.buffer(content.payload()),
                        content.contentType().orElse(null),
                        (short) content.qos(),
                        content.expiresIn().toMillis(),
                        TermsJson.retry(content.terms()),
                        TermsJson.answerWithin(content.terms()),
                        batch.perSecond(),
                        batch.inFlight().orElse(null),
                        time(batch.createdAt()),
                        batch.createdBy(),
                        key.orElse(null))
                .map(rows -> rows.rowCount() == 1);
    }

    private static Future<Integer> targets(SqlConnection connection, String batch, Selector selector) {
        return Database.query(
                        connection,
                        """
                        insert into batch_targets (batch_id, n, device_id)
                        select $1, row_number() over (order by i.ord, coalesce(d.id, i.id)), coalesce(d.id, i.id)
                        from devices d
                        full join (select id, min(ord) as ord from unnest($2::text[]) with ordinality as u(id, ord)
                            group by id) i on i.id = d.id
                        left join sessions s on s.device_id = d.id
                        where ($2::text[] is null and d.enabled or i.id is not null)
                            and ($3::text is null or d.type = $3)
                            and ($4::text is null or d.labels @> $4::text::jsonb)
                            and ($5::bool is null or coalesce(s.connected, false) = $5)""",
                        batch,
                        selector.ids().map(Columns::texts).orElse(null),
                        selector.type().orElse(null),
                        selector.labels().map(Columns::text).orElse(null),
                        selector.connected().orElse(null))
                .map(SqlResult::rowCount);
    }

    /** Locks one whose next step is due, and that no other instance has in hand. */
    public Future<Optional<Batch>> lockDue(SqlConnection transaction, Instant now) {
        return Database.query(
                        transaction,
                        SELECT + "where status in ('running', 'cancelling') and next_at <= $1"
                                + " order by next_at limit 1 for update skip locked",
                        time(now))
                .map(BatchStore::first);
    }

    /** A device whose turn it is. */
    public record Target(int n, String deviceId) {}

    /** Takes the next ones out. */
    public Future<List<Target>> take(SqlConnection transaction, String batch, int most) {
        return Database.query(transaction, """
                        with taken as (
                            delete from batch_targets where batch_id = $1 and n in (
                                select n from batch_targets where batch_id = $1 order by n limit $2)
                            returning n, device_id
                        )
                        select n, device_id from taken order by n""", batch, most)
                .map(rows -> mapped(rows, row -> new Target(row.getInteger("n"), row.getString("device_id"))));
    }

    /** How many of its commands are under way: not ended, and not delivered unless an answer is awaited. Counts no further than asked. */
    public Future<Integer> busy(SqlConnection transaction, String batch, int countTo) {
        return Database.query(
                        transaction,
                        "select count(*)::int as count from (select from commands where " + BUSY + " limit $2) c",
                        batch,
                        countTo)
                .map(rows -> rows.iterator().next().getInteger("count"));
    }

    /** Its commands that wait, not all if they are very many. */
    public Future<List<SweepStore.Found>> queued(SqlConnection transaction, String batch) {
        return Database.query(
                        transaction,
                        "select id, device_id, attempt, coalesce(epoch, -1) as epoch from commands"
                                + " where batch_id = $1 and status = 'queued' order by seq limit "
                                + SweepStore.LIMIT,
                        batch)
                .map(rows -> mapped(rows, SweepStore.Found::of));
    }

    public Future<Void> progress(SqlConnection transaction, String batch, int issuedNow, Instant nextAt) {
        return Database.query(
                        transaction,
                        "update command_batches set issued = issued + $2, next_at = $3 where id = $1",
                        batch,
                        issuedNow,
                        time(nextAt))
                .mapEmpty();
    }

    public Future<Void> end(SqlConnection transaction, String batch, Batch.Status status, Instant now) {
        return Database.query(
                        transaction,
                        "update command_batches set status = $2, finished_at = $3 where id = $1",
                        batch,
                        status.text(),
                        time(now))
                .mapEmpty();
    }

    /** Issues nothing more; false if it is not running. */
    public Future<Boolean> cancel(String batch, String by, Instant now) {
        return database.transaction(connection -> Database.query(
                        connection,
                        "update command_batches set status = 'cancelling', cancelled_by = $2, next_at = $3"
                                + " where id = $1 and status = 'running'",
                        batch,
                        by,
                        time(now))
                .compose(rows -> rows.rowCount() == 0
                        ? Future.succeededFuture(false)
                        : Database.query(connection, "delete from batch_targets where batch_id = $1", batch)
                                .map(true)));
    }

    public Future<Optional<Batch>> find(String id) {
        return database.query(SELECT + "where id = $1", id).map(BatchStore::first);
    }

    public Future<Optional<Batch>> findByKey(String createdBy, String key) {
        return database.query(SELECT + "where created_by = $1 and idempotency_key = $2", createdBy, key)
                .map(BatchStore::first);
    }

    /** The newest first; of their requests only the selectors, and without long lists of ids. */
    public Future<List<Batch>> list(long beforeSeq, int limit) {
        return database.query(LISTED + " where seq < $1 order by seq desc limit $2", beforeSeq, limit)
                .map(rows -> mapped(rows, BatchStore::batch));
    }

    /** How many of its commands have each status. */
    public Future<Map<CommandStatus, Integer>> counts(String batch) {
        return database.query(
                        "select status, count(*)::int as count from commands where batch_id = $1 group by status",
                        batch)
                .map(rows -> {
                    Map<CommandStatus, Integer> counts = new EnumMap<>(CommandStatus.class);
                    rows.forEach(
                            row -> counts.put(CommandStatus.parse(row.getString("status")), row.getInteger("count")));
                    return counts;
                });
    }

    private static Optional<Batch> first(Iterable<Row> rows) {
        return mapped(rows, BatchStore::batch).stream().findFirst();
    }

    private static Batch batch(Row row) {
        JsonNode request = Columns.json(row, "request_text");
        var content = new CommandContent(
                row.getBuffer("payload").getBytes(),
                maybeText(row, "content_type"),
                row.getInteger("qos"),
                Duration.ofMillis(row.getLong("expires_in_ms")),
                TermsJson.terms(row, "retry_text"));
        return new Batch(
                row.getString("id"),
                row.getLong("seq"),
                Batch.Status.parse(row.getString("status")),
                request,
                content,
                row.getInteger("per_second"),
                Optional.ofNullable(row.getInteger("in_flight")),
                row.getInteger("total"),
                row.getInteger("issued"),
                Columns.instant(row, "next_at"),
                Columns.instant(row, "created_at"),
                row.getString("created_by"),
                maybeText(row, "cancelled_by"),
                maybeInstant(row, "finished_at"));
    }
}
