package io.millrace.commands.api;

import io.millrace.schemas.Role;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.SecurityRequirement;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The OpenAPI document, {@code openapi.yaml}: what is served, under which path, to whom, and what a request may hold. The router is made
 * from it.
 */
final class Contract {
    private static final String BEARER = "bearer";

    private final Buffer text;
    private final OpenAPIContract openApi;

    private Contract(Buffer text, OpenAPIContract openApi) {
        this.text = text;
        this.openApi = openApi;
    }

    /** Fails if the document is not valid OpenAPI 3.1. */
    static Future<Contract> load(Vertx vertx) {
        byte[] bytes = read();
        Object document =
                new Load(LoadSettings.builder().build()).loadFromString(new String(bytes, StandardCharsets.UTF_8));
        return OpenAPIContract.from(vertx, requests(json(document)))
                .map(contract -> new Contract(Buffer.buffer(bytes), contract));
    }

    /**
     * What the document says of requests. The library would refuse the rest: a relative server, under which the router is mounted anyway,
     * and every content type that it does not know. Bodies that may be something else than JSON are left to their operations.
     */
    private static JsonObject requests(JsonObject document) {
        document.remove("servers");
        document.getJsonObject("components").remove("responses");
        for (String path : document.getJsonObject("paths").fieldNames()) {
            JsonObject item = document.getJsonObject("paths").getJsonObject(path);
            for (String method : item.fieldNames()) {
                if (item.getValue(method) instanceof JsonObject operation) {
                    operation.put(
                            "responses", new JsonObject().put("default", new JsonObject().put("description", "")));
                    if (!operation
                            .getJsonObject("requestBody", new JsonObject())
                            .getJsonObject("content", new JsonObject())
                            .fieldNames()
                            .equals(Set.of("application/json"))) {
                        operation.remove("requestBody");
                    }
                }
            }
        }
        return document;
    }

    @SuppressWarnings("unchecked")
    private static JsonObject json(Object document) {
        return new JsonObject((Map<String, Object>) document);
    }

    private static byte[] read() {
        try (InputStream in = Contract.class.getResourceAsStream("/openapi.yaml")) {
            if (in == null) {
                throw new IllegalStateException("openapi.yaml is not in this build");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As it is served. */
    Buffer text() {
        return text;
    }

    OpenAPIContract openApi() {
        return openApi;
    }

    /** The least role: {@code security: [{bearer: [operator]}]}; empty for everybody. */
    static Optional<Role> neededRole(Operation operation) {
        List<SecurityRequirement> needed = operation.getSecurityRequirements();
        if (needed.isEmpty()) {
            return Optional.empty();
        }
        List<String> roles = needed.get(0).getScopes(BEARER);
        if (needed.size() != 1 || roles.size() != 1) {
            throw new IllegalStateException(
                    operation.getOperationId() + " in openapi.yaml: security (expected bearer with one role)");
        }
        return Optional.of(Role.parse(roles.get(0)));
    }
}
