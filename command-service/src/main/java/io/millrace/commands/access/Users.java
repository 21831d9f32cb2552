package io.millrace.commands.access;

import io.millrace.commands.store.UserStore;
import io.millrace.commands.store.UserStore.Change;
import io.millrace.commands.store.UserStore.User;
import io.millrace.schemas.Role;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.Optional;

/** People and their passwords. What needs a hash fails with {@link SlowWork.Busy} when too many do. */
public final class Users {
    private final UserStore store;
    private final Passwords passwords;
    private final Clock clock;

    public Users(UserStore store, Passwords passwords, Clock clock) {
        this.store = store;
        this.passwords = passwords;
        this.clock = clock;
    }

    /** Empty if the name is taken. */
    public Future<Optional<User>> create(String name, String password, Role role) {
        return passwords
                .hash(password)
                .map(hash -> new User(name, hash, role, true, clock.instant(), Optional.empty(), Optional.empty()))
                .compose(this::created);
    }

    /** The first admin; if the password comes from the configuration, that is remembered. */
    public Future<Optional<User>> createFirst(String name, String password, boolean configured) {
        return passwords
                .hash(password)
                .map(hash -> new User(
                        name,
                        hash,
                        Role.ADMIN,
                        true,
                        clock.instant(),
                        Optional.empty(),
                        configured ? Optional.of(hash) : Optional.empty()))
                .compose(this::created);
    }

    private Future<Optional<User>> created(User user) {
        return store.create(user).map(created -> created ? Optional.of(user) : Optional.empty());
    }

    /**
     * Makes the configured password the user's, and the user an enabled admin, unless this password has done so before: what was changed
     * since then stays. False if nothing changed, or there is no such user.
     */
    public Future<Boolean> configure(String name, String password) {
        return store.find(name).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture(false);
            }
            return found.get()
                    .configuredHash()
                    .map(hash -> passwords.matches(password, hash))
                    .orElse(Future.succeededFuture(false))
                    .compose(known -> known
                            ? Future.succeededFuture(false)
                            : passwords
                                    .hash(password)
                                    .compose(hash -> store.configure(name, hash))
                                    .map(true));
        });
    }

    /** Empty for an unknown or disabled user as for a wrong password, and after the same time. */
    public Future<Optional<User>> check(String name, String password) {
        return store.find(name).compose(found -> found.map(user -> passwords.matches(password, user.passwordHash()))
                .orElseGet(() -> passwords.waste(password))
                .map(right -> right ? found.filter(User::enabled) : Optional.empty()));
    }

    /** The user as it is now; empty if there is none. Fails with {@link UserStore.LastAdmin}. */
    public Future<Optional<User>> change(
            String name, Optional<Role> role, Optional<Boolean> enabled, Optional<String> password) {
        return password.map(given -> passwords.hash(given).map(Optional::of))
                .orElse(Future.succeededFuture(Optional.empty()))
                .compose(hash -> store.change(name, new Change(role, enabled, hash)));
    }

    /** Ends all logins of the user. The user with the new password; empty if somebody else was faster. */
    public Future<Optional<User>> replacePassword(User user, String password) {
        return passwords.hash(password).compose(hash -> store.replacePassword(user.name(), user.passwordHash(), hash)
                .compose(done -> done ? store.find(user.name()) : Future.succeededFuture(Optional.empty())));
    }
}
