package io.millrace.commands.access;

import io.millrace.commands.store.UserStore;
import io.millrace.commands.store.UserStore.User;
import io.millrace.schemas.Role;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Optional;

/** People and their passwords. Hashing runs on worker threads, a few at a time. */
public final class Users {
    private final Vertx vertx;
    private final UserStore store;
    private final Clock clock;

    public Users(Vertx vertx, UserStore store, Clock clock) {
        this.vertx = vertx;
        this.store = store;
        this.clock = clock;
    }

    /** Empty if the name is taken. */
    public Future<Optional<User>> create(String name, String password, Role role) {
        return vertx.executeBlocking(() -> Passwords.hash(password), false)
                .map(hash -> new User(name, hash, role, true, clock.instant()))
                .compose(user -> store.create(user).map(created -> created ? Optional.of(user) : Optional.empty()));
    }

    /** Makes this the user's password if it is another; false if it was it already, or there is no such user. */
    public Future<Boolean> ensurePassword(String name, String password) {
        return store.find(name).compose(found -> vertx.executeBlocking(
                        () -> found.isPresent()
                                        && !Passwords.matches(
                                                password, found.get().passwordHash())
                                ? Optional.of(Passwords.hash(password))
                                : Optional.<String>empty(),
                        false)
                .compose(hash -> hash.isPresent()
                        ? store.setPassword(name, hash.get()).map(true)
                        : Future.succeededFuture(false)));
    }

    /** Empty for an unknown user as for a wrong password, and after the same time. */
    public Future<Optional<Principal>> login(String name, String password) {
        return store.find(name)
                .compose(found -> vertx.executeBlocking(
                        () -> {
                            if (found.isEmpty()) {
                                Passwords.waste(password);
                                return Optional.empty();
                            }
                            return found.filter(user -> Passwords.matches(password, user.passwordHash()))
                                    .filter(User::enabled)
                                    .map(user -> new Principal(user.name(), user.role()));
                        },
                        false));
    }
}
