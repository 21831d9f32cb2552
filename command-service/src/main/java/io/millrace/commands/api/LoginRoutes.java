package io.millrace.commands.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.access.AuditLog;
import io.millrace.commands.access.ClientAddress;
import io.millrace.commands.access.Logins;
import io.millrace.commands.access.Principal;
import io.millrace.commands.store.UserStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** {@code /login}, {@code /token/refresh} and {@code /logout}: a name and a password for a token, and what follows. They enter the audit log themselves. */
public final class LoginRoutes {
    private final PasswordGate gate;
    private final Logins logins;
    private final UserStore users;
    private final AuditLog audit;

    public LoginRoutes(PasswordGate gate, Logins logins, UserStore users, AuditLog audit) {
        this.gate = gate;
        this.logins = logins;
        this.users = users;
        this.audit = audit;
    }

    public List<Operation> operations() {
        return List.of(
                new Operation("login", this::login),
                new Operation("refreshToken", this::refresh),
                new Operation("logout", this::logout));
    }

    private Future<Answer> login(Call call) {
        return open(call).map(pair -> Answer.ok(json(pair)));
    }

    /** By name and password in the body. */
    Future<Logins.Pair> open(Call call) {
        Body body = call.body();
        String username = body.text("username");
        String password = body.text("password");
        return gate.check(username, password, call.address())
                .compose(found -> found.map(user -> logins.open(user, ClientAddress.network(call.address())))
                        .orElse(Future.succeededFuture(Optional.empty())))
                .map(pair ->
                        pair.orElseThrow(() -> Problem.of(401, "wrong-password", "unknown user or wrong password")))
                .compose(pair -> entered(call, "login", pair).map(pair))
                .recover(failure -> refused(call, username, failure));
    }

    private Future<Void> entered(Call call, String operation, Logins.Pair pair) {
        Principal who = new Principal(Principal.Kind.USER, pair.username(), pair.role());
        return audit.done(audit.entry(Optional.of(who), call.origin(), operation, operation), 200);
    }

    /** The name is entered if it is one: people type passwords into the field for the name. */
    private Future<Logins.Pair> refused(Call call, String username, Throwable failure) {
        if (!(failure instanceof Problem problem) || problem.status() == 503) {
            return Future.failedFuture(failure);
        }
        return users.find(username)
                .map(found -> found.map(user -> user.name()))
                .otherwise(Optional.empty())
                .compose(name -> audit.refused(
                        audit.entry(Optional.empty(), call.origin(), "login", "login")
                                .of(name),
                        problem.status()))
                .compose(done -> Future.failedFuture(failure));
    }

    private Future<Answer> refresh(Call call) {
        return refresh(call, call.body().text("refreshToken")).map(pair -> Answer.ok(json(pair)));
    }

    Future<Logins.Pair> refresh(Call call, String refreshToken) {
        return logins.refresh(refreshToken).compose(refreshed -> {
            if (refreshed.pair().isPresent()) {
                return Future.succeededFuture(refreshed.pair().get());
            }
            Problem problem = Problem.of(
                    401,
                    "unknown-refresh-token",
                    "the refresh token is unknown, used, revoked or too old; log in again");
            return refreshed.reusedOf().isEmpty()
                    ? Future.failedFuture(problem)
                    : audit.refused(
                                    audit.entry(Optional.empty(), call.origin(), "refreshToken", "token/refresh")
                                            .of(refreshed.reusedOf()),
                                    problem.status())
                            .compose(done -> Future.failedFuture(problem));
        });
    }

    /** Says nothing of whether there was anything to end. */
    private Future<Answer> logout(Call call) {
        return end(call, call.body().text("refreshToken")).map(done -> Answer.nothing());
    }

    Future<Void> end(Call call, String refreshToken) {
        return logins.end(refreshToken)
                .compose(ended -> ended.isEmpty()
                        ? Future.succeededFuture()
                        : audit.done(
                                audit.entry(Optional.empty(), call.origin(), "logout", "logout")
                                        .of(ended),
                                204));
    }

    static ObjectNode json(Logins.Pair pair) {
        return Answer.object()
                .put("token", pair.token())
                .put("tokenType", "Bearer")
                .put("expiresIn", pair.expiresIn().toSeconds())
                .put("refreshToken", pair.refreshToken())
                .put("username", pair.username())
                .put("role", pair.role().text());
    }
}
