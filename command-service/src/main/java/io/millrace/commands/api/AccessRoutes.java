package io.millrace.commands.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.access.ApiKeys;
import io.millrace.commands.access.Passwords;
import io.millrace.commands.access.Users;
import io.millrace.commands.store.ApiKeyStore;
import io.millrace.commands.store.ApiKeyStore.ApiKey;
import io.millrace.commands.store.UserStore;
import io.millrace.commands.store.UserStore.User;
import io.millrace.schemas.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Administration: {@code /users} and {@code /api-keys}. */
public final class AccessRoutes {
    private static final Duration LONGEST_KEY = Duration.ofDays(3650);
    private static final String NAME = "1 to 64 characters of letters, digits and . _ @ -";

    private final Users users;
    private final UserStore userStore;
    private final ApiKeys apiKeys;
    private final ApiKeyStore keyStore;
    private final Clock clock;

    public AccessRoutes(Users users, UserStore userStore, ApiKeys apiKeys, ApiKeyStore keyStore, Clock clock) {
        this.users = users;
        this.userStore = userStore;
        this.apiKeys = apiKeys;
        this.keyStore = keyStore;
        this.clock = clock;
    }

    public List<Operation> operations() {
        return List.of(
                new Operation("listUsers", HttpMethod.GET, "/users", Role.ADMIN, this::listUsers),
                new Operation("createUser", HttpMethod.POST, "/users", Role.ADMIN, this::createUser),
                new Operation("listApiKeys", HttpMethod.GET, "/api-keys", Role.ADMIN, this::listKeys),
                new Operation("createApiKey", HttpMethod.POST, "/api-keys", Role.ADMIN, this::createKey),
                new Operation("revokeApiKey", HttpMethod.DELETE, "/api-keys/{id}", Role.ADMIN, this::revokeKey));
    }

    private Future<Answer> listUsers(Call call) {
        return userStore.list().map(found -> {
            ObjectNode page = Answer.object();
            ArrayNode items = page.putArray("items");
            found.forEach(user -> items.add(json(user)));
            return Answer.ok(page);
        });
    }

    private Future<Answer> createUser(Call call) {
        Body body = call.body();
        String username = name(body, "username");
        String password = body.text("password", 256);
        if (password.length() < Passwords.MIN_LENGTH || password.getBytes(UTF_8).length > Passwords.MAX_BYTES) {
            throw Problem.field(
                    "password",
                    password.length() + " characters",
                    Passwords.MIN_LENGTH + " to " + Passwords.MAX_BYTES + " characters");
        }
        Role role = body.role("role");
        if (role == Role.PROVISIONING) {
            throw Problem.field("role", "\"provisioning\"", "viewer, operator or admin; provisioning is for API keys");
        }
        body.finish();
        return users.create(username, password, role)
                .map(created -> Answer.created(
                        Api.ROOT + "/users",
                        json(created.orElseThrow(
                                () -> Problem.of(409, "user-exists", "user \"" + username + "\" is there already")))));
    }

    private static String name(Body body, String field) {
        String name = body.text(field, 64);
        if (!name.matches("[A-Za-z0-9._@-]+")) {
            throw Problem.field(field, "\"" + name + "\"", NAME);
        }
        return name;
    }

    private Future<Answer> listKeys(Call call) {
        return keyStore.list().map(found -> {
            ObjectNode page = Answer.object();
            ArrayNode items = page.putArray("items");
            found.forEach(key -> items.add(json(key)));
            return Answer.ok(page);
        });
    }

    private Future<Answer> createKey(Call call) {
        Body body = call.body();
        String name = name(body, "name");
        Role role = body.role("role");
        Optional<Instant> expiresAt = body.duration("expiresIn", LONGEST_KEY).map(clock.instant()::plus);
        body.finish();
        return apiKeys.create(name, role, call.principal().name(), expiresAt).map(created -> {
            ApiKeys.Created key = created.orElseThrow(
                    () -> Problem.of(409, "api-key-exists", "API key \"" + name + "\" is there already"));
            return Answer.created(
                    Api.ROOT + "/api-keys/" + key.apiKey().id(),
                    json(key.apiKey()).put("key", key.key()));
        });
    }

    private Future<Answer> revokeKey(Call call) {
        String id = call.path("id");
        if (!id.matches("[A-Za-z0-9]{1,64}")) {
            throw Problem.notFound("api-key", id);
        }
        return apiKeys.revoke(id).map(revoked -> {
            if (!revoked) {
                throw Problem.notFound("api-key", id);
            }
            return Answer.nothing();
        });
    }

    private static ObjectNode json(User user) {
        return Answer.object()
                .put("username", user.name())
                .put("role", user.role().text())
                .put("enabled", user.enabled())
                .put("createdAt", user.createdAt().toString());
    }

    private static ObjectNode json(ApiKey key) {
        ObjectNode json = Answer.object()
                .put("id", key.id())
                .put("name", key.name())
                .put("role", key.role().text())
                .put("createdAt", key.createdAt().toString())
                .put("createdBy", key.createdBy());
        key.expiresAt().ifPresent(at -> json.put("expiresAt", at.toString()));
        return json;
    }
}
