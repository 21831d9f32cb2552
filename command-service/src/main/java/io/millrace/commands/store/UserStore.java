package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.time;

import io.millrace.schemas.Role;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The table {@code users}: people, by name. */
public final class UserStore {
    private final Database database;

    public UserStore(Database database) {
        this.database = database;
    }

    /** A person; the hash is bcrypt's. */
    public record User(String name, String passwordHash, Role role, boolean enabled, Instant createdAt) {}

    /** False if the name is taken. */
    public Future<Boolean> create(User user) {
        return database.query(
                        "insert into users (name, password_hash, role, enabled, created_at) values ($1, $2, $3, $4, $5)"
                                + " on conflict do nothing",
                        user.name(),
                        user.passwordHash(),
                        user.role().text(),
                        user.enabled(),
                        time(user.createdAt()))
                .map(rows -> rows.rowCount() == 1);
    }

    public Future<Void> setPassword(String name, String passwordHash) {
        return database.query("update users set password_hash = $2 where name = $1", name, passwordHash)
                .mapEmpty();
    }

    public Future<Optional<User>> find(String name) {
        return database.query("select * from users where name = $1", name)
                .map(rows -> mapped(rows, UserStore::user).stream().findFirst());
    }

    public Future<List<User>> list() {
        return database.query("select * from users order by name").map(rows -> Columns.mapped(rows, UserStore::user));
    }

    private static User user(Row row) {
        return new User(
                row.getString("name"),
                row.getString("password_hash"),
                Role.parse(row.getString("role")),
                row.getBoolean("enabled"),
                Columns.instant(row, "created_at"));
    }
}
