package io.millrace.commands.api;

import io.millrace.schemas.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.Optional;

/**
 * A call of the API, as the OpenAPI document has it (a test compares the two).
 *
 * @param id the {@code operationId}
 * @param path below {@code /api/v1}, with {@code {name}} for parameters
 * @param needed the least role; empty for everybody
 * @param upload the body is larger than should be in memory: read with {@link Call#stream}
 */
record Operation(String id, HttpMethod method, String path, Optional<Role> needed, boolean upload, Handler handler) {
    /** Does it. What it throws, and what its future fails with, is answered as a problem. */
    @FunctionalInterface
    interface Handler {
        Future<Answer> handle(Call call);
    }

    Operation(String id, HttpMethod method, String path, Optional<Role> needed, Handler handler) {
        this(id, method, path, needed, false, handler);
    }

    Operation(String id, HttpMethod method, String path, Role needed, Handler handler) {
        this(id, method, path, Optional.of(needed), false, handler);
    }

    static Operation upload(String id, HttpMethod method, String path, Role needed, Handler handler) {
        return new Operation(id, method, path, Optional.of(needed), true, handler);
    }

    /** The document says the same; fails if not. */
    void expect(io.vertx.openapi.contract.Operation described) {
        Operation there = new Operation(
                id,
                described.getHttpMethod(),
                described.getOpenAPIPath(),
                Contract.neededRole(described),
                upload,
                handler);
        if (!there.equals(this)) {
            throw new IllegalStateException("openapi.yaml has " + there + " (expected " + this + ")");
        }
    }

    @Override
    public String toString() {
        return id + " as " + method + " " + path + " for "
                + needed.map(Role::text).orElse("everybody");
    }
}
