package io.millrace.commands.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.access.ClientAddress;
import io.millrace.commands.access.Logins;
import io.millrace.commands.access.Principal;
import io.millrace.commands.access.Users;
import io.millrace.commands.store.UserStore;
import io.millrace.commands.store.UserStore.User;
import io.millrace.schemas.Role;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** {@code /users}, and what concerns who asks: {@code /me} and {@code /users/me/password}. */
public final class UserRoutes {
    /** It would hide behind {@code /users/me}. */
    private static final String RESERVED = "me";

    private final Users users;
    private final UserStore store;
    private final Logins logins;
    private final PasswordGate gate;

    public UserRoutes(Users users, UserStore store, Logins logins, PasswordGate gate) {
        this.users = users;
        this.store = store;
        this.logins = logins;
        this.gate = gate;
    }

    public List<Operation> operations() {
        return List.of(
                new Operation("getMe", this::me),
                new Operation("changeMyPassword", this::myPassword),
                new Operation("listUsers", this::list),
                new Operation("createUser", this::create),
                new Operation("getUser", this::get),
                new Operation("changeUser", this::change),
                new Operation("deleteUser", this::delete));
    }

    private Future<Answer> me(Call call) {
        Principal me = call.principal();
        return Future.succeededFuture(Answer.ok(Answer.object()
                .put("kind", me.kind().text())
                .put("name", me.name())
                .put("role", me.role().text())));
    }

    private Future<Answer> myPassword(Call call) {
        Body body = call.body();
        String old = body.text("oldPassword");
        String fresh = PasswordGate.newPassword(body, "newPassword");
        if (call.principal().kind() != Principal.Kind.USER) {
            throw Problem.of(
                    409,
                    "no-password",
                    call.principal().kind().text() + " (expected a user who has logged in with a password)");
        }
        String address = call.address();
        return gate.check(call.principal().name(), old, address)
                .map(found -> found.orElseThrow(() -> Problem.of(403, "wrong-password", "oldPassword is wrong")))
                .compose(user -> PasswordGate.problems(users.replacePassword(user, fresh)))
                .map(changed -> changed.orElseThrow(
                        () -> Problem.of(409, "changed-meanwhile", "the user was changed meanwhile, log in again")))
                .onSuccess(done -> logins.forget())
                .compose(user -> logins.open(user, ClientAddress.network(address)))
                .map(pair -> pair.orElseThrow(
                        () -> Problem.of(409, "changed-meanwhile", "the user was changed meanwhile, log in again")))
                .map(pair -> Answer.ok(LoginRoutes.json(pair)));
    }

    private Future<Answer> list(Call call) {
        int limit = call.limit(100);
        return store.list(call.cursor(1).map(parts -> parts[0]), limit)
                .map(found -> Answer.page(found, limit, UserRoutes::json, last -> Call.cursor(last.name())));
    }

    private Future<Answer> create(Call call) {
        Body body = call.body();
        String username = body.text("username");
        if (username.equals(RESERVED)) {
            throw Problem.field("username", "\"" + username + "\"", "any other name");
        }
        String password = PasswordGate.newPassword(body, "password");
        Role role = Role.parse(body.text("role"));
        return PasswordGate.problems(users.create(username, password, role))
                .map(created -> Answer.created(
                        Api.ROOT + "/users/" + username,
                        json(created.orElseThrow(() -> Problem.conflict(
                                "user-exists",
                                "username",
                                username,
                                "user \"" + username + "\" is there already",
                                "another name")))));
    }

    private Future<Answer> get(Call call) {
        String name = call.path("name");
        return store.find(name).map(found -> Answer.ok(json(found.orElseThrow(() -> Problem.notFound("user", name)))));
    }

    private Future<Answer> change(Call call) {
        String name = call.path("name");
        Body body = call.body();
        Optional<Role> role = body.maybeText("role").map(Role::parse);
        Optional<Boolean> enabled = body.flag("enabled");
        Optional<String> password = body.any("password").map(given -> PasswordGate.newPassword(body, "password"));
        return PasswordGate.problems(users.change(name, role, enabled, password))
                .onSuccess(done -> logins.forget())
                .map(found -> Answer.ok(json(found.orElseThrow(() -> Problem.notFound("user", name)))));
    }

    private Future<Answer> delete(Call call) {
        String name = call.path("name");
        return PasswordGate.problems(store.delete(name)).map(deleted -> {
            logins.forget();
            if (!deleted) {
                throw Problem.notFound("user", name);
            }
            return Answer.nothing();
        });
    }

    private static ObjectNode json(User user) {
        ObjectNode json = Answer.object()
                .put("username", user.name())
                .put("role", user.role().text())
                .put("enabled", user.enabled())
                .put("createdAt", user.createdAt().toString());
        user.lastLoginAt().ifPresent(at -> json.put("lastLoginAt", at.toString()));
        return json;
    }
}
