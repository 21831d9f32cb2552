package io.millrace.commands.access;

import io.millrace.commands.store.LoginStore;
import io.millrace.commands.store.LoginStore.Refreshed;
import io.millrace.commands.store.LoginStore.Standing;
import io.millrace.commands.store.UserStore.User;
import io.millrace.schemas.Role;
import io.millrace.schemas.SecretDigest;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Logins: a short-lived token, and a refresh token that is exchanged for the next pair, once. A refresh token that comes again ends the login,
 * for one of the two who have it is a thief (RFC 9700, 4.14.2). It reads {@code mrr_<login>_<secret>}; the digest is kept.
 */
public final class Logins {
    private static final String PREFIX = "mrr_";
    private static final int ID_LENGTH = 16;

    private final LoginStore store;
    private final Tokens tokens;
    private final Duration idle;
    private final Duration longest;
    private final Clock clock;
    private final Remembered<Standing> standings;

    /**
     * @param idle a login that is not refreshed for so long is over
     * @param longest after which the password is asked for again
     */
    public Logins(LoginStore store, Tokens tokens, Duration idle, Duration longest, Clock clock) {
        this.store = store;
        this.tokens = tokens;
        this.idle = idle;
        this.longest = longest;
        this.clock = clock;
        standings = new Remembered<>(login -> store.standing(login, clock.instant()));
    }

    /** What a person is given; the refresh token is never to be had again. */
    public record Pair(String username, Role role, String token, Duration expiresIn, String refreshToken) {}

    /** What came of a refresh token: a pair, or why there is none. */
    public record Refresh(Optional<Pair> pair, Optional<String> reusedOf) {}

    /**
     * @param user as the password was checked against
     * @param network from where
     * @return empty if the user was disabled or given another password meanwhile
     */
    public Future<Optional<Pair>> open(User user, String network) {
        String id = SecretDigest.newSecret().substring(0, ID_LENGTH);
        String refresh = refreshToken(id);
        Instant now = clock.instant();
        return store.open(
                        id, user.name(), user.passwordHash(), SecretDigest.of(refresh), network, now, now.plus(longest))
                .map(opened -> opened ? Optional.of(pair(id, user.name(), user.role(), refresh)) : Optional.empty());
    }

    private static String refreshToken(String login) {
        return PREFIX + login + "_" + SecretDigest.newSecret();
    }

    private Pair pair(String login, String username, Role role, String refresh) {
        return new Pair(username, role, tokens.issue(login, username), tokens.lifetime(), refresh);
    }

    public Future<Refresh> refresh(String refreshToken) {
        Optional<String> login = login(refreshToken);
        if (login.isEmpty()) {
            return Future.succeededFuture(new Refresh(Optional.empty(), Optional.empty()));
        }
        String id = login.get();
        String next = refreshToken(id);
        Instant now = clock.instant();
        return store.rotate(id, refreshToken, SecretDigest.of(next), now, now.minus(idle))
                .map(refreshed -> {
                    if (refreshed instanceof Refreshed.Rotated rotated) {
                        Standing standing = rotated.standing();
                        return new Refresh(
                                Optional.of(pair(id, standing.username(), standing.role(), next)), Optional.empty());
                    }
                    standings.forget(id);
                    return new Refresh(
                            Optional.empty(),
                            refreshed instanceof Refreshed.Reused reused
                                    ? Optional.of(reused.username())
                                    : Optional.empty());
                });
    }

    /** Whose login was ended; empty if the token is of none. */
    public Future<Optional<String>> end(String refreshToken) {
        return login(refreshToken)
                .map(id -> store.end(id).onSuccess(ended -> standings.forget(id)))
                .orElse(Future.succeededFuture(Optional.empty()));
    }

    private static Optional<String> login(String refreshToken) {
        int end = refreshToken.indexOf('_', PREFIX.length());
        return refreshToken.startsWith(PREFIX) && end > 0
                ? Optional.of(refreshToken.substring(PREFIX.length(), end))
                : Optional.empty();
    }

    /** A user was changed: other instances know within {@link Remembered#FOR}, this one now. */
    public void forget() {
        standings.forgetAll();
    }

    /** Empty if the token is none of ours, its time is over, or its login is. */
    public Future<Optional<Principal>> verify(String token) {
        return tokens.login(token)
                .compose(login -> login.map(standings::of).orElse(Future.succeededFuture(Optional.empty())))
                .map(found -> found.map(
                        standing -> new Principal(Principal.Kind.USER, standing.username(), standing.role())));
    }

    public Future<Integer> removeOld(Duration placesKept) {
        Instant now = clock.instant();
        return store.deleteOld(now, now.minus(idle), now.minus(placesKept));
    }
}
