package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.time;

import io.millrace.schemas.Role;
import io.millrace.schemas.SecretDigest;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.SqlResult;
import java.time.Instant;
import java.util.Optional;

/** The tables {@code logins} and {@code login_places}: who is logged in, and from where people have been before. */
public final class LoginStore {
    /** Of one user; the one unused for longest makes room. */
    private static final int MOST_LOGINS = 50;

    private final Database database;

    public LoginStore(Database database) {
        this.database = database;
    }

    /** Whose login it is, as the user stands now. */
    public record Standing(String username, Role role) {}

    /** What became of a refresh token. */
    public sealed interface Refreshed {
        /** Its successor is in force. */
        record Rotated(Standing standing) implements Refreshed {}

        /** It was used before, or is made up: the login is over, for one of two who have it is a thief. */
        record Reused(String username) implements Refreshed {}

        /** There is no such login any more. */
        record Gone() implements Refreshed {}
    }

    /**
     * Begins a login, unless the user has been disabled or given another password since the given hash was read.
     *
     * @param network from where
     */
    public Future<Boolean> open(
            String id,
            String username,
            String hashSeen,
            SecretDigest refresh,
            String network,
            Instant now,
            Instant endsAt) {
        return database.transaction(connection -> Database.query(
                        connection,
                        // Waits for a change of the user that is under way, which ends the logins that it sees.
                        "insert into logins (id, user_name, refresh_digest, created_at, used_at, ends_at)"
                                + " select $1, name, $4, $5, $5, $6 from users"
                                + " where name = $2 and password_hash = $3 and enabled for share",
                        id,
                        username,
                        hashSeen,
                        refresh.text(),
                        time(now),
                        time(endsAt))
                .compose(rows -> rows.rowCount() == 0
                        ? Future.succeededFuture(false)
                        : makeRoom(connection, username)
                                .compose(done -> remember(connection, username, network, now))
                                .map(true)));
    }

    private static Future<Void> makeRoom(SqlConnection connection, String username) {
        return Database.query(
                        connection,
                        "delete from logins where id in (select id from logins where user_name = $1"
                                + " order by used_at desc, id offset $2)",
                        username,
                        MOST_LOGINS)
                .mapEmpty();
    }

    private static Future<Void> remember(SqlConnection connection, String username, String network, Instant now) {
        return Database.query(
                        connection,
                        "insert into login_places (user_name, network, used_at) values ($1, $2, $3)"
                                + " on conflict (user_name, network) do update set used_at = excluded.used_at",
                        username,
                        network,
                        time(now))
                .mapEmpty();
    }

    public Future<Boolean> wasSeenAt(String username, String network) {
        return database.query("select from login_places where user_name = $1 and network = $2", username, network)
                .map(rows -> rows.size() > 0);
    }

    /** Empty if the login is over or its user may not. */
    public Future<Optional<Standing>> standing(String id, Instant now) {
        return database.query(
                        "select u.name, u.role from logins l join users u on u.name = l.user_name"
                                + " where l.id = $1 and l.ends_at > $2 and u.enabled",
                        id,
                        time(now))
                .map(rows -> Columns.mapped(rows, LoginStore::standing).stream().findFirst());
    }

    /** Exchanges a refresh token for its successor, once. */
    public Future<Refreshed> rotate(String id, String secret, SecretDigest next, Instant now, Instant idleSince) {
        return database.transaction(connection -> Database.query(
                        connection,
                        "select u.name, u.role, l.refresh_digest from logins l join users u on u.name = l.user_name"
                                + " where l.id = $1 and l.ends_at > $2 and l.used_at > $3 and u.enabled for update of l",
                        id,
                        time(now),
                        time(idleSince))
                .compose(rows -> {
                    if (rows.size() == 0) {
                        return Future.succeededFuture(new Refreshed.Gone());
                    }
                    Row row = rows.iterator().next();
                    if (!SecretDigest.parse(row.getString("refresh_digest")).matches(secret)) {
                        return end(connection, id).map(ended -> new Refreshed.Reused(row.getString("name")));
                    }
                    return Database.query(
                                    connection,
                                    "update logins set refresh_digest = $2, used_at = $3 where id = $1",
                                    id,
                                    next.text(),
                                    time(now))
                            .map(done -> new Refreshed.Rotated(standing(row)));
                }));
    }

    private static Standing standing(Row row) {
        return new Standing(row.getString("name"), Role.parse(row.getString("role")));
    }

    /** Whose it was; empty if it was over. */
    public Future<Optional<String>> end(String id) {
        return database.transaction(connection -> end(connection, id));
    }

    private static Future<Optional<String>> end(SqlConnection connection, String id) {
        return Database.query(connection, "delete from logins where id = $1 returning user_name", id)
                .map(rows -> Columns.mapped(rows, row -> row.getString("user_name")).stream()
                        .findFirst());
    }

    /** Ends all of a user's, in the transaction that changes the user. */
    Future<Void> endAll(SqlConnection transaction, String username) {
        return Database.query(transaction, "delete from logins where user_name = $1", username)
                .mapEmpty();
    }

    public Future<Integer> deleteOld(Instant now, Instant idleSince, Instant placesBefore) {
        return database.query("delete from logins where ends_at <= $1 or used_at <= $2", time(now), time(idleSince))
                .compose(done -> database.query("delete from login_places where used_at < $1", time(placesBefore)))
                .map(SqlResult::rowCount);
    }
}
