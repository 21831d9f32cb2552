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
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code /users}, and what concerns who asks: {@code /me} and {@code /users/me/password}. */
public final class UserRoutes {
    private static final String NAME = "[A-Za-z0-9._@-]{1,64}";
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
                new Operation("getMe", HttpMethod.GET, "/me", Role.VIEWER, this::me),
                new Operation("changeMyPassword", HttpMethod.PUT, "/users/me/password", Role.VIEWER, this::myPassword),
                new Operation("listUsers", HttpMethod.GET, "/users", Role.ADMIN, this::list),
                new Operation("createUser", HttpMethod.POST, "/users", Role.ADMIN, this::create),
                new Operation("getUser", HttpMethod.GET, "/users/{name}", Role.ADMIN, this::get),
                new Operation("changeUser", HttpMethod.PATCH, "/users/{name}", Role.ADMIN, this::change),
                new Operation("deleteUser", HttpMethod.DELETE, "/users/{name}", Role.ADMIN, this::delete));
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
        String old = body.text("oldPassword", 256);
        String fresh = PasswordGate.newPassword(body, "newPassword");
        body.finish();
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
        call.knows(Set.of("limit", "cursor"));
        int limit = call.limit(100, 1000);
        return store.list(call.cursor(1).map(parts -> parts[0]), limit)
                .map(found -> Answer.page(found, limit, UserRoutes::json, last -> Call.cursor(last.name())));
    }

    private Future<Answer> create(Call call) {
        Body body = call.body();
        String username = AccessFields.name(body, "username");
        if (username.equals(RESERVED)) {
            throw Problem.field("username", "\"" + username + "\"", "any other name");
        }
        String password = PasswordGate.newPassword(body, "password");
        Role role = role(body);
        body.finish();
        return PasswordGate.problems(users.create(username, password, role))
                .map(created -> Answer.created(
                        Api.ROOT + "/users/" + username,
                        json(created.orElseThrow(
                                () -> Problem.of(409, "user-exists", "user \"" + username + "\" is there already")))));
    }

    private Future<Answer> get(Call call) {
        String name = name(call);
        return store.find(name).map(found -> Answer.ok(json(found.orElseThrow(() -> Problem.notFound("user", name)))));
    }

    private Future<Answer> change(Call call) {
        String name = name(call);
        Body body = call.body();
        Optional<Role> role = body.any("role").map(given -> role(body));
        Optional<Boolean> enabled = body.flag("enabled");
        Optional<String> password = body.any("password").map(given -> PasswordGate.newPassword(body, "password"));
        body.finish();
        return PasswordGate.problems(users.change(name, role, enabled, password))
                .onSuccess(done -> logins.forget())
                .map(found -> Answer.ok(json(found.orElseThrow(() -> Problem.notFound("user", name)))));
    }

    private Future<Answer> delete(Call call) {
        String name = name(call);
        return PasswordGate.problems(store.delete(name)).map(deleted -> {
            logins.forget();
            if (!deleted) {
                throw Problem.notFound("user", name);
            }
            return Answer.nothing();
        });
    }

    private static String name(Call call) {
        String name = call.path("name");
        if (!name.matches(NAME)) {
            throw Problem.notFound("user", name);
        }
        return name;
    }

    private static Role role(Body body) {
        Role role = body.role("role");
        if (role == Role.PROVISIONING) {
            throw Problem.field("role", "\"provisioning\"", "viewer, operator or admin; provisioning is for API keys");
        }
        return role;
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
