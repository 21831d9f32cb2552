package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.maybeText;
import static io.millrace.commands.store.Columns.text;
import static io.millrace.commands.store.Columns.texts;
import static io.millrace.commands.store.Columns.time;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The table {@code webhooks}: who is told what. */
public final class WebhookStore {
    /** Each is looked at for every alert and every command that ends. */
    public static final int MOST = 100;

    private static final String COLUMNS = "select *, labels::text as labels_text from webhooks ";

    private final Database database;

    public WebhookStore(Database database) {
        this.database = database;
    }

    /** False if there are too many. Fails with a duplicate if the name is taken. */
    public Future<Boolean> create(Webhook webhook) {
        return database.query(
                        """
                        insert into webhooks (id, name, url, events, devices, rules, labels, secret, enabled, created_at, created_by,
                            updated_at)
                        select $1, $2, $3, $4::text[], $5::text[], $6::text[], $7::text::jsonb, $8, $9, $10, $11, $10
                        where (select count(*) from webhooks) < $12""",
                        webhook.id(),
                        webhook.name(),
                        webhook.url(),
                        texts(webhook.events()),
                        texts(webhook.devices()),
                        texts(webhook.rules()),
                        text(webhook.labels()),
                        Buffer.buffer(webhook.secret()),
                        webhook.enabled(),
                        time(webhook.createdAt()),
                        webhook.createdBy(),
                        MOST)
                .map(rows -> rows.rowCount() > 0);
    }

    /** All but its id, its secret and who made it; false if it is gone. Enabling forgets why it was disabled. */
    public Future<Boolean> update(Webhook webhook) {
        return database.query(
                        """
                        update webhooks set name = $2, url = $3, events = $4::text[], devices = $5::text[], rules = $6::text[],
                            labels = $7::text::jsonb, enabled = $8, updated_at = $9,
                            disabled_reason = case when $8 then null else disabled_reason end
                        where id = $1""",
                        webhook.id(),
                        webhook.name(),
                        webhook.url(),
                        texts(webhook.events()),
                        texts(webhook.devices()),
                        texts(webhook.rules()),
                        text(webhook.labels()),
                        webhook.enabled(),
                        time(webhook.updatedAt()))
                .map(rows -> rows.rowCount() > 0);
    }

    public Future<Boolean> rotate(String id, byte[] secret, Instant now) {
        return database.query(
                        "update webhooks set secret = $2, updated_at = $3 where id = $1",
                        id,
                        Buffer.buffer(secret),
                        time(now))
                .map(rows -> rows.rowCount() > 0);
    }

    /** With what waits for it; false if there is none. */
    public Future<Boolean> delete(String id) {
        return database.query(
                        "with gone as (delete from webhooks where id = $1 returning id), messages as ("
                                + "delete from webhook_messages where webhook_id = $1) select id from gone",
                        id)
                .map(rows -> rows.size() > 0);
    }

    /** Nothing more is told until a person enables it. */
    public Future<Void> disable(String id, String reason, Instant now) {
        return database.query(
                        "update webhooks set enabled = false, disabled_reason = $2, updated_at = $3"
                                + " where id = $1 and enabled",
                        id,
                        reason,
                        time(now))
                .mapEmpty();
    }

    /** Disables it if it has taken nothing since then; true if so. */
    public Future<Boolean> disableIfDead(String id, Instant since, String reason, Instant now) {
        return database.query("""
                        update webhooks set enabled = false, disabled_reason = $3, updated_at = $4
                        where id = $1 and enabled and not exists (
                            select from webhook_messages
                            where webhook_id = $1 and status = 'delivered' and finished_at >= $2)""", id, time(since), reason, time(now)).map(rows -> rows.rowCount() > 0);
    }

    /** Those for which more waits than that; they are told nothing more. */
    public Future<List<String>> disableOverfull(int most, String reason, Instant now) {
        return database.query("""
                        update webhooks w set enabled = false, disabled_reason = $2, updated_at = $3
                        where enabled and exists (
                            select from webhook_messages m where m.webhook_id = w.id and m.status = 'pending' offset $1)
                        returning id""", (long) most, reason, time(now))
                .map(rows -> mapped(rows, row -> row.getString("id")));
    }

    public Future<Optional<Webhook>> find(String id) {
        return database.query(COLUMNS + "where id = $1", id)
                .map(rows -> mapped(rows, WebhookStore::webhook).stream().findFirst());
    }

    /** By name. */
    public Future<List<Webhook>> list(Optional<String> after, int limit) {
        return database.query(
                        COLUMNS + "where $1::text is null or name > $1 order by name limit $2",
                        after.orElse(null),
                        limit)
                .map(rows -> mapped(rows, WebhookStore::webhook));
    }

    private static Webhook webhook(Row row) {
        Map<String, String> labels = new TreeMap<>();
        for (Map.Entry<String, JsonNode> label :
                Columns.json(row, "labels_text").properties()) {
            labels.put(label.getKey(), label.getValue().asText());
        }
        return new Webhook(
                row.getString("id"),
                row.getString("name"),
                row.getString("url"),
                List.of(row.getArrayOfStrings("events")),
                List.of(row.getArrayOfStrings("devices")),
                List.of(row.getArrayOfStrings("rules")),
                labels,
                row.getBuffer("secret").getBytes(),
                row.getBoolean("enabled"),
                maybeText(row, "disabled_reason"),
                Columns.instant(row, "created_at"),
                row.getString("created_by"),
                Columns.instant(row, "updated_at"));
    }
}
