package io.millrace.commands.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What is sent back: a status, JSON or nothing, and headers of its own. */
record Answer(int status, Optional<JsonNode> body, Map<String, String> headers) {
    static Answer ok(JsonNode body) {
        return new Answer(200, Optional.of(body), Map.of());
    }

    static Answer created(String location, JsonNode body) {
        return new Answer(201, Optional.of(body), Map.of("Location", location));
    }

    static Answer accepted(String location, JsonNode body) {
        return new Answer(202, Optional.of(body), Map.of("Location", location));
    }

    static Answer nothing() {
        return new Answer(204, Optional.empty(), Map.of());
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
