package io.millrace.commands.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What is sent back: a status, content or nothing, and headers of its own. */
record Answer(int status, Content content, Map<String, String> headers) {
    /** What follows the headers. */
    sealed interface Content permits Nothing, Document, Streamed {}

    /** An empty body. */
    record Nothing() implements Content {}

    /** JSON, whole in memory. */
    record Document(JsonNode json) implements Content {}

    /** More than should be in memory at once, or without an end. */
    record Streamed(String type, Writer writer) implements Content {}

    /** Writes a body piece by piece, on the request's event loop. */
    @FunctionalInterface
    interface Writer {
        /**
         * Writes to {@code out} as fast as it takes, which is for the writer to observe ({@link WriteStream#writeQueueFull}), and does not
         * end it. {@code out} fails once the client is gone.
         *
         * @return completes when all is written; if it fails after something was sent, the connection is reset, so that nobody takes a part
         *     for the whole
         */
        Future<Void> write(WriteStream<Buffer> out);
    }

    static Answer ok(JsonNode body) {
        return new Answer(200, new Document(body), Map.of());
    }

    static Answer created(String location, JsonNode body) {
        return new Answer(201, new Document(body), Map.of("Location", location));
    }

    static Answer accepted(String location, JsonNode body) {
        return new Answer(202, new Document(body), Map.of("Location", location));
    }

    static Answer nothing() {
        return new Answer(204, new Nothing(), Map.of());
    }

    /** @param type of the content, such as {@code text/csv; charset=utf-8} */
    static Answer streamed(String type, Writer writer) {
        return new Answer(200, new Streamed(type, writer), Map.of());
    }

    static ObjectNode object() {
        return Json.mapper().createObjectNode();
    }

    /** {@code {"items": […], "nextCursor": …}}; the cursor is there if the page is full. */
    static <T> Answer page(List<T> rows, int limit, Function<T, JsonNode> json, Function<T, String> cursor) {
        ObjectNode page = object();
        ArrayNode items = page.putArray("items");
        rows.forEach(row -> items.add(json.apply(row)));
        if (rows.size() == limit) {
            page.put("nextCursor", cursor.apply(rows.get(rows.size() - 1)));
        }
        return ok(page);
    }
}
