package io.millrace.rules.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.runtime.ops.OpsServer.Page;
import io.millrace.schemas.Json;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TryPageTest {
    private static final Executor HERE = Runnable::run;

    private static ObjectNode question(String text) {
        ObjectNode question = Json.mapper()
                .createObjectNode()
                .put("file", "a.rules.yaml")
                .put("text", text)
                .put("device", "gh-1")
                .put("from", "2026-11-22T10:00:00Z")
                .put("to", "2026-11-22T11:00:00Z");
        question.putObject("labels");
        question.putObject("attributes");
        question.putArray("readings")
                .addObject()
                .put("time", 1795341600000L)
                .putObject("value")
                .put("temperature", 31);
        return question;
    }

    private static Page answer(byte[] body) {
        return new TryPage(HERE).answer(body).toCompletableFuture().join();
    }

    private static Page answer(ObjectNode question) {
        return answer(question.toString().getBytes(UTF_8));
    }

    private static JsonNode json(Page page) {
        return Json.read(page.body().getBytes(UTF_8), JsonNode.class);
    }

    @Test
    void theRulesAreTried() {
        Page page = answer(question("rules: [{rule: fan, expr: temperature > 30, send: FAN_ON}]"));

        assertThat(page.status()).as(page.body()).isEqualTo(200);
        assertThat(json(page).at("/actions/0/payload").asText()).isEqualTo("FAN_ON");
        assertThat(json(page).at("/steps/0/values/temperature").asInt()).isEqualTo(31);
        assertThat(json(page).at("/problems")).isEmpty();
        assertThat(json(page).at("/actions/0").has("alert")).isFalse();
    }

    @Test
    void mistakesAreToldAsACheckTellsThem() {
        Page page = answer(question("rules: [{rule: fan, expr: temperature >, send: FAN_ON}]"));

        assertThat(page.status()).isEqualTo(200);
        assertThat(json(page).at("/problems/0/line").asInt()).isEqualTo(1);
        assertThat(json(page).at("/steps")).isEmpty();
    }

    @Test
    void whatIsNoQuestionIsRefused() {
        assertThat(answer("{".getBytes(UTF_8)).status()).isEqualTo(400);
        assertThat(answer(question("rules: []").put("device", "a/b")).status()).isEqualTo(400);
        assertThat(answer(question("rules: []").put("from", "0001-01-01T00:00:00Z"))
                        .status())
                .isEqualTo(400);
        assertThat(answer(question("#" + "x".repeat(300_000))).status()).isEqualTo(413);
    }

    @Test
    void whoComesWhileAnotherIsTriedIsToldSo() {
        Executor busy = task -> {
            throw new RejectedExecutionException("busy");
        };

        assertThat(new TryPage(busy)
                        .answer(new byte[0])
                        .toCompletableFuture()
                        .join()
                        .status())
                .isEqualTo(429);
    }
}
