package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleControl;
import io.millrace.schemas.RuleEngineStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What operators say about rules over the API, with an engine's ops port that we wrote. */
@Timeout(120)
class RuleControlIT {

    private static final List<String> CHECKED = new CopyOnWriteArrayList<>();
    private static HttpServer engine;
    private static Fleet fleet;

    @BeforeAll
    static void start() throws Exception {
        engine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        RuleEngineStatus.Rule fan = new RuleEngineStatus.Rule(
                "greenhouse",
                "fan",
                "rule",
                "greenhouse.rules.yaml",
                2,
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new RuleEngineStatus.Mute(Instant.parse("2026-11-22T10:00:00Z"), "ann", "cleaning")),
                List.of(3));
        byte[] status = Json.write(new RuleEngineStatus(
                "rules-0", "r1", Optional.empty(), Optional.empty(), true, List.of(), List.of(3), List.of(fan)));
        serve("/rules", 200, status);
        engine.createContext("/rules/check", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            CHECKED.add(body);
            byte[] answer = body.contains("laughs")
                    ? "{\"code\":\"too-complex\",\"detail\":\"the check takes longer than 5 s\"}".getBytes(UTF_8)
                    : "{\"ok\":false,\"errors\":1,\"problems\":[{\"code\":\"E107\"}]}".getBytes(UTF_8);
            exchange.sendResponseHeaders(body.contains("laughs") ? 422 : 200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        engine.start();
        fleet = Fleet.start(Neighbours.get()
                .newFleet()
                .override(
                        "rules.engines",
                        "http://127.0.0.1:" + engine.getAddress().getPort()));
    }

    private static void serve(String path, int status, byte[] body) throws IOException {
        engine.createContext(path, exchange -> {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    @AfterAll
    static void stop() {
        fleet.close();
        engine.stop(0);
    }

    private static List<RuleControl> words() {
        TopicPartition all = new TopicPartition(fleet.topics().ruleControls(), 0);
        List<RuleControl> words = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(fleet.kafka().consumer("test", Map.of()))) {
            consumer.assign(List.of(all));
            consumer.seekToBeginning(List.of(all));
            long end = consumer.endOffsets(List.of(all)).getOrDefault(all, 0L);
            while (consumer.position(all) < end) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> words.add(Json.read(record.value(), RuleControl.class)));
            }
        }
        return words;
    }

    @Test
    void aWordOfAnOperatorIsOnTheTopicWhenItIsAnswered() {
        var muted = fleet.call("POST", "/rules/greenhouse/fan/mute", "{\"for\":\"2h\",\"reason\":\"cleaning\"}");
        assertThat(muted.status()).isEqualTo(202);
        assertThat(muted.json().at("/muted/reason").asText()).isEqualTo("cleaning");
        assertThat(fleet.call("POST", "/rules/greenhouse/fan/mute").status()).isEqualTo(202);
        assertThat(fleet.call("DELETE", "/rules/greenhouse/fan/mute").status()).isEqualTo(202);
        assertThat(fleet.call("POST", "/rules/greenhouse/fan/release", "{\"reason\":\"as wanted\"}")
                        .status())
                .isEqualTo(202);
        List<RuleControl> words = words();
        assertThat(words)
                .extracting(RuleControl::kind)
                .containsExactly(
                        RuleControl.Kind.MUTE,
                        RuleControl.Kind.MUTE,
                        RuleControl.Kind.UNMUTE,
                        RuleControl.Kind.RELEASE);
        assertThat(words.get(0).lasting()).contains(Duration.ofHours(2));
        assertThat(words.get(0).by()).isEqualTo("test");
        assertThat(words.get(1).lasting()).contains(RuleControl.DEFAULT_MUTE);
        assertThat(words.get(3).reason()).isEqualTo("as wanted");
    }

    @Test
    void whatCannotBeMeantIsRefused() {
        assertThat(fleet.call("POST", "/rules/greenhouse/fun/mute").status()).isEqualTo(404);
        assertThat(fleet.call("POST", "/rules/other/fan/release")
                        .json()
                        .at("/code")
                        .asText())
                .isEqualTo("unknown-rule");
        for (String body : List.of(
                "{\"for\":\"31d\"}",
                "{\"for\":\"soon\"}",
                "{\"until\":\"2020-01-01T00:00:00Z\"}",
                "{\"until\":\"tomorrow\"}",
                "{\"for\":\"1h\",\"until\":\"" + Instant.now().plusSeconds(60) + "\"}",
                "{\"duration\":\"1h\"}",
                "{\"reason\":\"" + "x".repeat(501) + "\"}")) {
            assertThat(fleet.call("POST", "/rules/greenhouse/fan/mute", body).status())
                    .as(body)
                    .isEqualTo(400);
        }
        assertThat(fleet.callWith("", "POST", "/rules/greenhouse/fan/release", "")
                        .status())
                .isEqualTo(401);
        String viewer = fleet.call("POST", "/api-keys", "{\"name\":\"eve\",\"role\":\"viewer\"}")
                .json()
                .at("/key")
                .asText();
        assertThat(fleet.callWith("Bearer " + viewer, "POST", "/rules/greenhouse/fan/release", "")
                        .status())
                .isEqualTo(403);
        assertThat(fleet.callWith("Bearer " + viewer, "GET", "/rules", "").status())
                .isEqualTo(200);
    }

    @Test
    void aRuleShowsItsMuteAndWhoHoldsIt() {
        var rule = fleet.call("GET", "/rules").json().at("/items/0");
        assertThat(rule.at("/muted/until").asText()).isEqualTo("2026-11-22T10:00:00Z");
        assertThat(rule.at("/muted/by").asText()).isEqualTo("ann");
        assertThat(rule.at("/heldBy/0").asInt()).isEqualTo(3);
    }

    @Test
    void anEngineChecksFiles() {
        var yaml = fleet.send(HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + fleet.service().httpPort() + "/api/v1/rules/check"))
                .header("Authorization", "Bearer " + fleet.key())
                .header("Content-Type", "application/yaml")
                .POST(HttpRequest.BodyPublishers.ofString("rules: []"))
                .build());
        assertThat(yaml.status()).isEqualTo(200);
        assertThat(yaml.json().at("/problems/0/code").asText()).isEqualTo("E107");
        assertThat(fleet.call("POST", "/rules/check", "{\"a.yaml\":\"rules: []\"}")
                        .status())
                .isEqualTo(200);
        assertThat(CHECKED).contains("{\"rules.yaml\":\"rules: []\"}", "{\"a.yaml\":\"rules: []\"}");
        var complex = fleet.call("POST", "/rules/check", "{\"a.yaml\":\"laughs\"}");
        assertThat(complex.status()).isEqualTo(422);
        assertThat(complex.json().at("/code").asText()).isEqualTo("too-complex");
        assertThat(fleet.call("POST", "/rules/check", "[]").status()).isEqualTo(400);
        assertThat(fleet.callWith("", "POST", "/rules/check", "{}").status()).isEqualTo(401);
    }
}
