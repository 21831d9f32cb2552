package io.millrace.commands.api;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The OpenAPI document, {@code openapi.yaml}: what is served, under which path, to whom, and what a request may hold. The router is made
 * from it.
 */
final class Contract {
    private final Buffer text;
    private final JsonObject document;
    private final OpenAPIContract openApi;

    private Contract(Buffer text, JsonObject document, OpenAPIContract openApi) {
        this.text = text;
        this.document = document;
        this.openApi = openApi;
    }

    static Future<Contract> load(Vertx vertx) {
        return of(vertx, Buffer.buffer(read()));
    }

    /** Fails if that is not valid OpenAPI 3.1. */
    static Future<Contract> of(Vertx vertx, Buffer yaml) {
        JsonObject document = json(new Load(LoadSettings.builder().build()).loadFromString(yaml.toString()));
        return OpenAPIContract.from(vertx, requests(document.copy()))
                .map(contract -> new Contract(yaml, document, contract));
    }

    /**
     * What the document says of requests. The library would refuse the rest: a relative server, under which the router is mounted anyway,
     * and every content type that it does not know. Bodies that may be something else than JSON are left to their operations.
     */
    private static JsonObject requests(JsonObject document) {
        document.remove("servers");
        document.getJsonObject("components", new JsonObject()).remove("responses");
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

    /**
     * Who answers what the document describes.
     *
     * @throws IllegalStateException naming operations that only the one or only the other knows
     */
    List<Endpoint> endpoints(List<Operation> operations) {
        Map<String, Operation> left = new TreeMap<>();
        operations.forEach(operation -> {
            if (left.put(operation.id(), operation) != null) {
                throw new IllegalStateException(operation.id() + " is answered twice");
            }
        });
        List<String> unanswered = new ArrayList<>();
        List<Endpoint> endpoints = new ArrayList<>();
        for (var described : openApi.operations()) {
            Operation operation = left.remove(described.getOperationId());
            if (operation == null) {
                unanswered.add(described.getOperationId());
            } else {
                endpoints.add(Endpoint.of(operation, described, said(described)));
            }
        }
        if (!unanswered.isEmpty() || !left.isEmpty()) {
            throw new IllegalStateException(
                    "openapi.yaml has " + unanswered + ", which nobody answers, and lacks " + left.keySet());
        }
        return endpoints;
    }

    private JsonObject said(io.vertx.openapi.contract.Operation described) {
        return document.getJsonObject("paths")
                .getJsonObject(described.getOpenAPIPath())
                .getJsonObject(described.getHttpMethod().name().toLowerCase(Locale.ROOT));
    }
}
