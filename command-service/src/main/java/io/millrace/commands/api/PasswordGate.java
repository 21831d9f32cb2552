package io.millrace.commands.api;

import io.millrace.commands.access.ClientAddress;
import io.millrace.commands.access.LoginLimit;
import io.millrace.commands.access.Passwords;
import io.millrace.commands.access.SlowWork;
import io.millrace.commands.access.Users;
import io.millrace.commands.store.UserStore.LastAdmin;
import io.millrace.commands.store.UserStore.User;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/** Where a name and a password are tried, by the login and by who changes his own: not more often than the limit allows. */
public final class PasswordGate {
    private final Users users;
    private final LoginLimit limit;

    public PasswordGate(Users users, LoginLimit limit) {
        this.users = users;
        this.limit = limit;
    }

    /** Empty for an unknown or disabled user as for a wrong password. Fails with a problem if it was tried too often. */
    Future<Optional<User>> check(String username, String password, String address) {
        return limit.begin(username, ClientAddress.network(address)).compose(begun -> {
            begun.mustWait().ifPresent(PasswordGate::tooOften);
            return users.check(username, password)
                    .recover(failure -> limit.notTried(begun).transform(done -> Future.failedFuture(problem(failure))))
                    .compose(found ->
                            found.isPresent() ? limit.succeeded(begun).map(found) : Future.succeededFuture(found));
        });
    }

    private static void tooOften(Duration wait) {
        throw Problem.tooManyRequests("too many wrong passwords, try again in " + (wait.toSeconds() + 1) + " s", wait);
    }

    static Throwable problem(Throwable failure) {
        if (failure instanceof SlowWork.Busy) {
            return Problem.of(503, "busy", "too many passwords to check just now, try again in a few seconds");
        }
        return failure instanceof LastAdmin
                ? Problem.of(409, "last-admin", failure.getMessage() + " (expected that one remains)")
                : failure;
    }

    static <T> Future<T> problems(Future<T> work) {
        return work.recover(failure -> Future.failedFuture(problem(failure)));
    }

    /** A new one, from the body. */
    static String newPassword(Body body, String field) {
        String password = body.text(field);
        if (!Passwords.isAcceptable(password)) {
            throw Problem.field(
                    field,
                    password.length() + " characters",
                    "at least " + Passwords.MIN_LENGTH + " characters, at most " + Passwords.MAX_BYTES
                            + " bytes in UTF-8");
        }
        return password;
    }
}
