package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.maybeText;
import static io.millrace.commands.store.Columns.time;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The table {@code registry_outbox}: records of the compacted topics that are decided and not yet written to Kafka. One
 * instance at a time takes from it, by an advisory lock, so that the records of a key keep their order.
 */
public final class OutboxStore {
    /** Any number that no other advisory lock has. */
    private static final long PUBLISHING = 0x6d696c6c72616365L;

    /** Where a record goes. */
    public enum Topic {
        DEVICE_REGISTRY,
        ACCESS_KEYS;

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Topic parse(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }

    /** What a record says; no value is a tombstone. */
    record Item(String key, Optional<String> value) {}

    /** One of them, in the order of {@code n}; no value is a tombstone. */
    public record Entry(long n, Topic topic, String key, Optional<String> value) {}

    public Future<Void> append(
            SqlConnection transaction, Topic topic, String key, Optional<String> value, Instant now) {
        return Database.query(
                        transaction,
                        "insert into registry_outbox (topic, key, value, created_at) values ($1, $2, $3, $4)",
                        topic.text(),
                        key,
                        value.orElse(null),
                        time(now))
                .mapEmpty();
    }

    Future<Void> appendAll(SqlConnection transaction, Topic topic, Collection<Item> items, Instant now) {
        return items.isEmpty()
                ? Future.succeededFuture()
                : Database.query(
                                transaction,
                                """
                                insert into registry_outbox (topic, key, value, created_at)
                                select $1, t.key, t.value, $4
                                from unnest($2::text[], $3::text[]) with ordinality as t(key, value, n) order by t.n""",
                                topic.text(),
                                Columns.texts(items, Item::key),
                                Columns.texts(items, item -> item.value().orElse(null)),
                                time(now))
                        .mapEmpty();
    }

    /** The last that there is. */
    public Future<Long> last(Database database) {
        return database.query("select coalesce(max(n), 0) as n from registry_outbox")
                .map(rows -> rows.iterator().next().getLong("n"));
    }

    /** Whether all up to that one are written. */
    public Future<Boolean> isEmptyUpTo(Database database, long n) {
        return database.query("select from registry_outbox where n <= $1 limit 1", n)
                .map(rows -> rows.size() == 0);
    }

    /** The oldest; waits while another instance publishes. The lock is held until the transaction ends. */
    public Future<List<Entry>> take(SqlConnection transaction, int limit) {
        Future<Void> locked = Database.query(transaction, "select pg_advisory_xact_lock($1)", PUBLISHING)
                .mapEmpty();
        return locked.compose(done -> Database.query(
                        transaction, "select n, topic, key, value from registry_outbox order by n limit $1", limit))
                .map(rows -> mapped(
                        rows,
                        row -> new Entry(
                                row.getLong("n"),
                                Topic.parse(row.getString("topic")),
                                row.getString("key"),
                                maybeText(row, "value"))));
    }

    public Future<Void> done(SqlConnection transaction, Collection<Entry> entries) {
        return Database.query(transaction, "delete from registry_outbox where n = any($1)", (Object)
                        Columns.longs(entries, Entry::n))
                .mapEmpty();
    }
}
