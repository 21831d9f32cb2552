package io.millrace.rules.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.ops.Health;
import io.millrace.runtime.ops.OpsServer;
import io.millrace.schemas.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CheckPageTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private OpsServer ops;

    @BeforeEach
    void start() throws IOException {
        ops = new OpsServer(
                "127.0.0.1", 0, Optional.empty(), new Health(), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        ops.post("/rules/check", new CheckPage()::handle);
        ops.start();
    }

    @AfterEach
    void stop() {
        ops.close();
    }

    private HttpResponse<String> post(byte[] body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ops.port() + "/rules/check"))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode check(Map<String, String> files) throws Exception {
        HttpResponse<String> answer = post(Json.write(files));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.mapper().readTree(answer.body());
    }

    @Test
    void filesAreCheckedAsOneSet() throws Exception {
        JsonNode report = check(Map.of(
                "a.rules.yaml", "rules: [{alert: Hot, expr: x > 1}]\n",
                "b.rules.yaml", "rules: [{rule: fan, expr: x > 1, send: A, inhibited_by: [Hot]}]\n"));
        assertThat(report.at("/ok").asBoolean()).isTrue();
        assertThat(report.at("/rules").asInt()).isEqualTo(2);
        assertThat(report.at("/errors").asInt()).isZero();
    }

    @Test
    void problemsAreToldAsTheCommandLineTellsThem() throws Exception {
        JsonNode report = check(Map.of("a.rules.yaml", "rules: [{rule: fan, expr: x + 1, send: A}]\n"));
        assertThat(report.at("/ok").asBoolean()).isFalse();
        assertThat(report.at("/problems/0/file").asText()).isEqualTo("a.rules.yaml");
        assertThat(report.at("/problems/0/code").asText()).isEqualTo("E203");
        assertThat(report.at("/problems/0/line").asInt()).isEqualTo(1);
    }

    @Test
    void ofManyProblemsTheFirstAreTold() throws Exception {
        JsonNode report = check(Map.of("a.yaml", "rules:\n" + " - {rule: a}\n".repeat(700)));
        assertThat(report.at("/errors").asInt()).isGreaterThan(500);
        assertThat(report.at("/problems").size()).isEqualTo(500);
    }

    @Test
    void whatIsNoSetOfFilesIsRefused() throws Exception {
        assertThat(post("rules: []".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .statusCode())
                .isEqualTo(400);
        assertThat(post(Json.write(Map.of())).statusCode()).isEqualTo(400);
        assertThat(post(Json.write(Map.of("../a.yaml", "rules: []"))).statusCode())
                .isEqualTo(400);
        assertThat(post(Json.write(Map.of("a.yaml", 1))).statusCode()).isEqualTo(400);
        assertThat(post(Json.write(Map.of("a.yaml", "#".repeat(300_000)))).statusCode())
                .isEqualTo(413);
        assertThat(post(new byte[CheckPage.MAX_BODY + 1]).statusCode()).isEqualTo(413);
    }
}
