package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.maybeInstant;
import static io.millrace.commands.store.Columns.text;
import static io.millrace.commands.store.Columns.time;

import io.millrace.schemas.AccessKeyRecord;
import io.millrace.schemas.Role;
import io.millrace.schemas.SecretDigest;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The table {@code api_keys}: keys of persons and programs. Creation and revocation go to {@code access-keys} with the change. */
public final class ApiKeyStore {
    private final Database database;
    private final OutboxStore outbox;

    public ApiKeyStore(Database database, OutboxStore outbox) {
        this.database = database;
        this.outbox = outbox;
    }

    /** A key; of the key itself only the digest is kept. */
    public record ApiKey(
            String id,
            String name,
            Role role,
            SecretDigest digest,
            Instant createdAt,
            String createdBy,
            Optional<Instant> expiresAt,
            Optional<Instant> lastUsedAt) {

        public boolean isValid(Instant now) {
            return expiresAt.isEmpty() || now.isBefore(expiresAt.get());
        }

        private AccessKeyRecord toRecord() {
            return new AccessKeyRecord(id, name, role, digest, true, expiresAt);
        }
    }

    /** False if the name is taken. */
    public Future<Boolean> create(ApiKey key) {
        return database.transaction(connection -> Database.query(
                        connection,
                        "insert into api_keys (id, name, role, digest, created_at, created_by, expires_at)"
                                + " values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
                        key.id(),
                        key.name(),
                        key.role().text(),
                        key.digest().text(),
                        time(key.createdAt()),
                        key.createdBy(),
                        time(key.expiresAt()))
                .compose(rows -> rows.rowCount() == 0
                        ? Future.succeededFuture(false)
                        : outbox.append(
                                        connection,
                                        OutboxStore.Topic.ACCESS_KEYS,
                                        key.id(),
                                        Optional.of(text(key.toRecord())),
                                        key.createdAt())
                                .map(true)));
    }

    /** False if there is none. */
    public Future<Boolean> delete(String id, Instant now) {
        return database.transaction(connection -> Database.query(connection, "delete from api_keys where id = $1", id)
                .compose(rows -> rows.rowCount() == 0
                        ? Future.succeededFuture(false)
                        : outbox.append(connection, OutboxStore.Topic.ACCESS_KEYS, id, Optional.empty(), now)
                                .map(true)));
    }

    /** How many keys were written again, and how many tombstones for keys that are none any more. */
    public record Republished(int keys, int tombstones) {}

    /**
     * Writes all keys to the outbox again.
     *
     * @param written ids that {@code access-keys} has
     */
    public Future<Republished> republish(Collection<String> written, Instant now) {
        return database.transaction(
                connection -> Database.query(connection, "lock table api_keys in share row exclusive mode")
                        .compose(locked -> Database.query(connection, "select * from api_keys order by id"))
                        .compose(rows -> {
                            List<ApiKey> keys = mapped(rows, ApiKeyStore::key);
                            List<OutboxStore.Item> items = new ArrayList<>();
                            Set<String> unknown = new TreeSet<>(written);
                            keys.forEach(key -> {
                                unknown.remove(key.id());
                                items.add(new OutboxStore.Item(key.id(), Optional.of(text(key.toRecord()))));
                            });
                            unknown.forEach(id -> items.add(new OutboxStore.Item(id, Optional.empty())));
                            return outbox.appendAll(connection, OutboxStore.Topic.ACCESS_KEYS, items, now)
                                    .map(new Republished(keys.size(), unknown.size()));
                        }));
    }

    public Future<Optional<ApiKey>> find(String id) {
        return database.query("select * from api_keys where id = $1", id)
                .map(rows -> mapped(rows, ApiKeyStore::key).stream().findFirst());
    }

    public Future<Optional<String>> idOf(String name) {
        return database.query("select id from api_keys where name = $1", name)
                .map(rows -> mapped(rows, row -> row.getString("id")).stream().findFirst());
    }

    public Future<Boolean> isNameTaken(String name) {
        return database.query("select from api_keys where name = $1", name).map(rows -> rows.size() > 0);
    }

    /** By name. */
    public Future<List<ApiKey>> list(Optional<String> after, int limit) {
        return database.query(
                        "select * from api_keys where $1::text is null or name > $1 order by name limit $2",
                        after.orElse(null),
                        limit)
                .map(rows -> mapped(rows, ApiKeyStore::key));
    }

    public Future<Void> used(String id, Instant now) {
        return database.query("update api_keys set last_used_at = $2 where id = $1", id, time(now))
                .mapEmpty();
    }

    private static ApiKey key(Row row) {
        return new ApiKey(
                row.getString("id"),
                row.getString("name"),
                Role.parse(row.getString("role")),
                SecretDigest.parse(row.getString("digest")),
                Columns.instant(row, "created_at"),
                row.getString("created_by"),
                maybeInstant(row, "expires_at"),
                maybeInstant(row, "last_used_at"));
    }
}
