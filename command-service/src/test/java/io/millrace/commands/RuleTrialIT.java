package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleEngineStatus;
import io.millrace.schemas.RuleTrial.Question;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules tried on the history, with an engine's ops port that we wrote. */
@Timeout(120)
class RuleTrialIT {
    private static final List<Question> ASKED = new CopyOnWriteArrayList<>();
    private static volatile int status = 200;
    private static HttpServer engine;
    private static Fleet fleet;

    @BeforeAll
    static void start() throws Exception {
        engine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        engine.createContext(
                "/rules",
                exchange -> answer(
                        exchange,
                        200,
                        Json.write(new RuleEngineStatus(
                                "rules-0",
                                "r",
                                Optional.empty(),
                                Optional.empty(),
                                true,
                                List.of(),
                                List.of(),
                                List.of()))));
        engine.createContext("/rules/try", exchange -> {
            Question question = Json.read(exchange.getRequestBody().readAllBytes(), Question.class);
            ASKED.add(question);
            String report = status == 200
                    ? "{\"readings\":" + question.readings().size() + ",\"to\":\"" + question.to()
                            + "\",\"truncated\":false,\"steps\":[],\"actions\":[],\"problems\":[]}"
                    : "{\"code\":\"too-many-requests\",\"detail\":\"another trial is running\"}";
            answer(exchange, status, report.getBytes(UTF_8));
        });
        engine.start();
        fleet = Fleet.start(Neighbours.get()
                .newFleet()
                .override(
                        "rules.engines",
                        "http://127.0.0.1:" + engine.getAddress().getPort()));
        assertThat(fleet.call(
                                "POST",
                                "/devices",
                                "{\"id\":\"gh-1\",\"type\":\"greenhouse\",\"labels\":{\"site\":\"berlin\"},\"attributes\":{\"limit\":28}}")
                        .status())
                .isEqualTo(201);
        FakeGateway gateway = fleet.gateway(0);
        for (int i = 0; i < 3; i++) {
            gateway.send(new ProducerRecord<>(
                    fleet.topics().telemetry(),
                    null,
                    Instant.now().minus(Duration.ofHours(30 - 10L * i)).toEpochMilli(),
                    "gh-1".getBytes(UTF_8),
                    ("{\"temperature\":" + i + "}").getBytes(UTF_8)));
        }
        await().untilAsserted(() -> assertThat(fleet.call("GET", "/devices/gh-1/telemetry?from=-40h")
                        .json()
                        .path("items"))
                .hasSize(3));
    }

    private static void answer(HttpExchange exchange, int code, byte[] body) throws IOException {
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @AfterAll
    static void stop() {
        fleet.close();
        engine.stop(0);
    }

    @BeforeEach
    void nobodyHasAsked() {
        ASKED.clear();
        status = 200;
    }

    private static Fleet.Reply attempt(String more) {
        return fleet.call(
                "POST",
                "/rules/try",
                "{\"file\":\"a.rules.yaml\",\"text\":\"rules: []\",\"device\":\"gh-1\"" + more + "}");
    }

    @Test
    void theReadingsOfADayGoToTheEngineInOrderOfTimeWithWhatTheRegistrySays() {
        Fleet.Reply reply = attempt("");
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(200);
        assertThat(reply.json().at("/readings").asInt()).isEqualTo(2);
        assertThat(reply.json().at("/truncated").asBoolean()).isFalse();
        assertThat(Instant.parse(reply.json().at("/from").asText()))
                .as("not before the device was there")
                .isBetween(
                        Instant.now().minus(Duration.ofHours(21)), Instant.now().minus(Duration.ofHours(19)));
        assertThat(ASKED).singleElement().satisfies(question -> {
            assertThat(question.readings())
                    .extracting(reading -> reading.value().path("temperature").asInt())
                    .containsExactly(1, 2);
            assertThat(question.type()).contains("greenhouse");
            assertThat(question.labels()).containsEntry("site", "berlin");
            assertThat(question.attributes().toString()).isEqualTo("{limit=28}");
            assertThat(question.text()).isEqualTo("rules: []");
        });
        Instant longAgo = Instant.now().minus(Duration.ofHours(40));
        assertThat(attempt(",\"from\":\"" + longAgo + "\"")
                        .json()
                        .at("/readings")
                        .asInt())
                .isEqualTo(3);
        assertThat(attempt(",\"from\":\"" + longAgo + "\",\"to\":\"" + longAgo.plus(Duration.ofHours(15)) + "\"")
                        .json()
                        .at("/readings")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void whatCannotBeIsRefusedBeforeAnyEngineIsAsked() {
        for (String body : List.of(
                "{\"text\":\"a\",\"device\":\"gh-1\"}",
                "{\"file\":\"../a.yaml\",\"text\":\"a\",\"device\":\"gh-1\"}",
                "{\"file\":\"a.yaml\",\"text\":7,\"device\":\"gh-1\"}",
                "{\"file\":\"a.yaml\",\"text\":\"a\",\"device\":\"a/b\"}",
                "{\"file\":\"a.yaml\",\"text\":\"" + "x".repeat(262_145) + "\",\"device\":\"gh-1\"}",
                "{\"file\":\"a.yaml\",\"text\":\"a\",\"device\":\"gh-1\",\"from\":\"yesterday\"}",
                "{\"file\":\"a.yaml\",\"text\":\"a\",\"device\":\"gh-1\",\"from\":\"2020-01-01T00:00:00Z\"}",
                "{\"file\":\"a.yaml\",\"text\":\"a\",\"device\":\"gh-1\",\"from\":\"2026-01-02T00:00:00Z\",\"to\":\"2026-01-01T00:00:00Z\"}")) {
            assertThat(fleet.call("POST", "/rules/try", body).status())
                    .as(body.length() > 200 ? "long" : body)
                    .isEqualTo(400);
        }
        assertThat(fleet.call("POST", "/rules/try", "{\"file\":\"a.yaml\",\"text\":\"a\",\"device\":\"nobody\"}")
                        .status())
                .isEqualTo(404);
        String viewer = fleet.call("POST", "/api-keys", "{\"name\":\"eve\",\"role\":\"viewer\"}")
                .json()
                .at("/key")
                .asText();
        assertThat(fleet.callWith("Bearer " + viewer, "POST", "/rules/try", "{}")
                        .status())
                .isEqualTo(403);
        assertThat(ASKED).isEmpty();
    }

    @Test
    void anEngineThatHasSomethingToDoIsToldAsThat() {
        status = 429;
        Fleet.Reply reply = attempt("");
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.http().headers().firstValue("Retry-After")).isPresent();
        status = 200;
        for (int i = 0; i < 5; i++) {
            assertThat(attempt("").status()).isEqualTo(200);
        }
        assertThat(fleet.call("GET", "/audit").json().toString()).doesNotContain("tryRules");
    }
}
