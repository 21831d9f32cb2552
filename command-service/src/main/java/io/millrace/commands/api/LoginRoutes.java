package io.millrace.commands.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.access.LoginLimit;
import io.millrace.commands.access.Principal;
import io.millrace.commands.access.Tokens;
import io.millrace.commands.access.Users;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Optional;

/** {@code POST /login}: a name and a password for a token. */
public final class LoginRoutes {
    private final Users users;
    private final Tokens tokens;
    private final LoginLimit limit;

    public LoginRoutes(Users users, Tokens tokens, LoginLimit limit) {
        this.users = users;
        this.tokens = tokens;
        this.limit = limit;
    }

    public List<Operation> operations() {
        return List.of(new Operation("login", HttpMethod.POST, "/login", Optional.empty(), this::login));
    }

    private Future<Answer> login(Call call) {
        Body body = call.body();
        String username = body.text("username", 64);
        String password = body.text("password", 256);
        body.finish();
        limit.mustWait(username, call.address()).ifPresent(wait -> {
            throw Problem.tooManyRequests(
                    "too many wrong passwords, try again in " + (wait.toSeconds() + 1) + " s", wait);
        });
        return users.login(username, password).map(found -> {
            if (found.isEmpty()) {
                limit.failed(username, call.address());
                throw Problem.of(401, "wrong-password", "unknown user or wrong password");
            }
            limit.succeeded(username);
            return Answer.ok(json(found.get()));
        });
    }

    private ObjectNode json(Principal principal) {
        return Answer.object()
                .put("token", tokens.issue(principal))
                .put("tokenType", "Bearer")
                .put("expiresIn", tokens.lifetime().toSeconds())
                .put("username", principal.name())
                .put("role", principal.role().text());
    }
}
