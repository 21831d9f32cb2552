package io.millrace.commands.api;

import io.vertx.core.Future;

/**
 * Who answers an operation of the OpenAPI document. Its method, path and role, and what its request may hold, stand there and nowhere
 * else ({@link Endpoint}).
 *
 * @param id the {@code operationId}
 * @param upload the body is larger than should be in memory: read with {@link Call#stream}
 */
record Operation(String id, boolean upload, Handler handler) {
    /** Does it. What it throws, and what its future fails with, is answered as a problem. */
    @FunctionalInterface
    interface Handler {
        Future<Answer> handle(Call call);
    }

    Operation(String id, Handler handler) {
        this(id, false, handler);
    }

    static Operation upload(String id, Handler handler) {
        return new Operation(id, true, handler);
    }
}
