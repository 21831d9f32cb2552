package io.millrace.rules.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import io.millrace.rules.check.CheckDesk;
import io.millrace.rules.check.CheckJson;
import io.millrace.rules.source.SourceText;
import io.millrace.runtime.ops.OpsServer;
import io.millrace.runtime.ops.OpsServer.Page;
import io.millrace.schemas.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code POST /rules/check} of the ops port: rule files as a JSON object of name and text, answered as {@code rules check --format
 * json} prints it. Bounded in size and time, one at a time, so that one of the ops threads is always free.
 */
final class CheckPage {

    static final int MAX_BODY = 512 << 10;
    private static final int MAX_TEXT = 256 << 10;
    private static final int MAX_FILES = 64;
    private static final int MOST_PROBLEMS = 500;
    private static final String EXPECTED = "a JSON object of at most 64 file names (*.yaml) and their texts";

    private final CheckDesk desk = new CheckDesk(Duration.ofSeconds(5));

    void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
        Page page = body.length > MAX_BODY ? tooLarge() : answer(body);
        OpsServer.send(exchange, page.status(), page.type(), page.body());
    }

    private Page answer(byte[] body) {
        JsonNode node;
        try {
            node = Json.read(body, JsonNode.class);
        } catch (IllegalArgumentException e) {
            return Page.problem(400, "invalid-json", "the body is not JSON (expected " + EXPECTED + ")");
        }
        List<SourceText> files = new ArrayList<>();
        int length = 0;
        for (Map.Entry<String, JsonNode> file : node.properties()) {
            if (!file.getKey().matches("[A-Za-z0-9._-]{1,120}\\.ya?ml")
                    || !file.getValue().isTextual()) {
                return Page.problem(
                        400, "invalid-field", "a file name or text cannot be used (expected " + EXPECTED + ")");
            }
            files.add(new SourceText(file.getKey(), file.getValue().textValue()));
            length += file.getValue().textValue().length();
        }
        if (files.isEmpty() || files.size() > MAX_FILES) {
            return Page.problem(400, "invalid-field", files.size() + " files (expected " + EXPECTED + ")");
        }
        return length > MAX_TEXT ? tooLarge() : checked(files);
    }

    private Page checked(List<SourceText> files) {
        try {
            byte[] json = Json.write(CheckJson.of(desk.check(files), MOST_PROBLEMS));
            return new Page(200, "application/json", new String(json, UTF_8));
        } catch (CheckDesk.Unchecked refused) {
            return refused.isBusy()
                    ? Page.problem(429, "too-many-requests", String.valueOf(refused.getMessage()))
                    : Page.problem(422, "too-complex", String.valueOf(refused.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Page.problem(503, "stopping", "the engine stops");
        }
    }

    private static Page tooLarge() {
        return Page.problem(413, "too-large", "rule files of more than " + (MAX_TEXT >> 10) + " KiB");
    }
}
