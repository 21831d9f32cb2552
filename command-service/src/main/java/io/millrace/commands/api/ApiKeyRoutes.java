package io.millrace.commands.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.access.ApiKeys;
import io.millrace.commands.store.ApiKeyStore;
import io.millrace.commands.store.ApiKeyStore.ApiKey;
import io.millrace.schemas.Role;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code /api-keys}. */
public final class ApiKeyRoutes {
    private static final Duration LONGEST = Duration.ofDays(3650);

    private final ApiKeys apiKeys;
    private final ApiKeyStore store;
    private final Clock clock;

    public ApiKeyRoutes(ApiKeys apiKeys, ApiKeyStore store, Clock clock) {
        this.apiKeys = apiKeys;
        this.store = store;
        this.clock = clock;
    }

    public List<Operation> operations() {
        return List.of(
                new Operation("listApiKeys", this::list),
                new Operation("createApiKey", this::create),
                new Operation("revokeApiKey", this::revoke));
    }

    private Future<Answer> list(Call call) {
        int limit = call.limit(100);
        return store.list(call.cursor(1).map(parts -> parts[0]), limit)
                .map(found -> Answer.page(found, limit, ApiKeyRoutes::json, last -> Call.cursor(last.name())));
    }

    private Future<Answer> create(Call call) {
        Body body = call.body();
        String name = body.text("name");
        Role role = Role.parse(body.text("role"));
        Optional<Instant> expiresAt = body.duration("expiresIn", LONGEST).map(clock.instant()::plus);
        return apiKeys.create(name, role, call.principal().name(), expiresAt).map(created -> {
            ApiKeys.Created key = created.orElseThrow(() -> Problem.conflict(
                    "api-key-exists", "name", name, "API key \"" + name + "\" is there already", "another name"));
            return Answer.created(
                    Api.ROOT + "/api-keys/" + key.apiKey().id(),
                    json(key.apiKey()).put("key", key.key()));
        });
    }

    private Future<Answer> revoke(Call call) {
        String id = call.path("id");
        return apiKeys.revoke(id).map(revoked -> {
            if (!revoked) {
                throw Problem.notFound("api-key", id);
            }
            return Answer.nothing();
        });
    }

    private static ObjectNode json(ApiKey key) {
        ObjectNode json = Answer.object()
                .put("id", key.id())
                .put("name", key.name())
                .put("role", key.role().text())
                .put("createdAt", key.createdAt().toString())
                .put("createdBy", key.createdBy());
        key.expiresAt().ifPresent(at -> json.put("expiresAt", at.toString()));
        key.lastUsedAt().ifPresent(at -> json.put("lastUsedAt", at.toString()));
        return json;
    }
}
