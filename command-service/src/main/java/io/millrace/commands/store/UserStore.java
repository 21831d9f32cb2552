package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.mapped;
import static io.millrace.commands.store.Columns.maybeInstant;
import static io.millrace.commands.store.Columns.maybeText;
import static io.millrace.commands.store.Columns.time;

import io.millrace.schemas.Role;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The table {@code users}: people, by name. Whatever takes rights away ends the user's logins in the same transaction, and there
 * is always an enabled admin.
 */
public final class UserStore {
    /** Any number that no other advisory lock has. */
    private static final long CHANGING = 0x75736572_73L;

    private static final String COLUMNS = "select u.*, (select max(p.used_at) from login_places p"
            + " where p.user_name = u.name) as last_login_at from users u ";

    private final Database database;
    private final LoginStore logins;

    public UserStore(Database database, LoginStore logins) {
        this.database = database;
        this.logins = logins;
    }

    /**
     * A person; the hashes are bcrypt's.
     *
     * @param configuredHash of the password that the configuration gave
     */
    public record User(
            String name,
            String passwordHash,
            Role role,
            boolean enabled,
            Instant createdAt,
            Optional<Instant> lastLoginAt,
            Optional<String> configuredHash) {}

    /** What is to be another; empty stays as it is. */
    public record Change(Optional<Role> role, Optional<Boolean> enabled, Optional<String> passwordHash) {
        boolean endsLogins() {
            return passwordHash.isPresent() || !enabled.orElse(true);
        }
    }

    /** A change that would leave nobody to manage users; nothing was changed. */
    public static final class LastAdmin extends RuntimeException {
        private static final long serialVersionUID = 1;

        LastAdmin(String name) {
            super(name + " is the last enabled admin", null, false, false);
        }
    }

    /** False if the name is taken. */
    public Future<Boolean> create(User user) {
        return database.query(
                        "insert into users (name, password_hash, role, enabled, created_at, configured_hash)"
                                + " values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
                        user.name(),
                        user.passwordHash(),
                        user.role().text(),
                        user.enabled(),
                        time(user.createdAt()),
                        user.configuredHash().orElse(null))
                .map(rows -> rows.rowCount() == 1);
    }

    /** The user as it is now; empty if there is none. Fails with {@link LastAdmin}. */
    public Future<Optional<User>> change(String name, Change change) {
        return changing(name, connection -> Database.query(
                        connection,
                        "update users set role = coalesce($2, role), enabled = coalesce($3, enabled),"
                                + " password_hash = coalesce($4, password_hash) where name = $1",
                        name,
                        change.role().map(Role::text).orElse(null),
                        change.enabled().orElse(null),
                        change.passwordHash().orElse(null))
                .compose(done -> change.endsLogins() ? logins.endAll(connection, name) : Future.succeededFuture())
                .compose(done -> Database.query(connection, COLUMNS + "where name = $1", name))
                .map(rows -> mapped(rows, UserStore::user).stream().findFirst()));
    }

    /** False if there is none. Fails with {@link LastAdmin}. */
    public Future<Boolean> delete(String name) {
        return changing(name, connection -> Database.query(connection, "delete from users where name = $1", name)
                .map(rows -> rows.rowCount() == 1));
    }

    /** One change at a time over all instances, so that two cannot each take the admin that the other one leaves. */
    private <T> Future<T> changing(String name, Function<SqlConnection, Future<T>> change) {
        return database.transaction(connection -> Database.query(
                        connection, "select pg_advisory_xact_lock($1)", CHANGING)
                .compose(locked -> change.apply(connection))
                .compose(result -> Database.query(
                                connection, "select from users where enabled and role = $1 limit 1", Role.ADMIN.text())
                        .map(admins -> {
                            if (admins.size() == 0) {
                                throw new LastAdmin(name);
                            }
                            return result;
                        })));
    }

    /** Another password instead of the one with that hash; false if it is not the user's any more. */
    public Future<Boolean> replacePassword(String name, String hashSeen, String passwordHash) {
        return database.transaction(connection -> Database.query(
                        connection,
                        "update users set password_hash = $3 where name = $1 and password_hash = $2 and enabled",
                        name,
                        hashSeen,
                        passwordHash)
                .compose(rows -> rows.rowCount() == 0
                        ? Future.succeededFuture(false)
                        : logins.endAll(connection, name).map(true)));
    }

    /** What the configuration says: an enabled admin with this password. */
    public Future<Void> configure(String name, String passwordHash) {
        return database.transaction(connection -> Database.query(
                        connection,
                        "update users set password_hash = $2, configured_hash = $2, role = $3, enabled = true"
                                + " where name = $1",
                        name,
                        passwordHash,
                        Role.ADMIN.text())
                .compose(done -> logins.endAll(connection, name)));
    }

    public Future<Optional<User>> find(String name) {
        return database.query(COLUMNS + "where name = $1", name)
                .map(rows -> mapped(rows, UserStore::user).stream().findFirst());
    }

    public Future<Boolean> isEmpty() {
        return database.query("select from users limit 1").map(rows -> rows.size() == 0);
    }

    /** By name. */
    public Future<List<User>> list(Optional<String> after, int limit) {
        return database.query(
                        COLUMNS + "where ($1::text is null or name > $1) order by name limit $2",
                        after.orElse(null),
                        limit)
                .map(rows -> mapped(rows, UserStore::user));
    }

    private static User user(Row row) {
        return new User(
                row.getString("name"),
                row.getString("password_hash"),
                Role.parse(row.getString("role")),
                row.getBoolean("enabled"),
                Columns.instant(row, "created_at"),
                maybeInstant(row, "last_login_at"),
                maybeText(row, "configured_hash"));
    }
}
