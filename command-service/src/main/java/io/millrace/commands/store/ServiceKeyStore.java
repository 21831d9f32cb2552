package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.time;

import io.vertx.core.Future;
import java.time.Instant;

/** The table {@code service_keys}: keys that all instances share, made by the first that needs them. */
public final class ServiceKeyStore {
    private final Database database;

    public ServiceKeyStore(Database database) {
        this.database = database;
    }

    /** The key of that name; the proposed one if there was none. */
    public Future<String> getOrKeep(String name, String proposed, Instant now) {
        return database.query(
                        "insert into service_keys (name, value, created_at) values ($1, $2, $3)"
                                + " on conflict (name) do update set name = excluded.name returning value",
                        name,
                        proposed,
                        time(now))
                .map(rows -> rows.iterator().next().getString("value"));
    }
}
