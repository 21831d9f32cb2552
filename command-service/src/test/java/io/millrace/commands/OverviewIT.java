package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleEngineStatus;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The fleet at a glance, with an engine's ops port that we wrote. */
@Timeout(120)
class OverviewIT {
    private static final AtomicInteger ASKED = new AtomicInteger();
    private static HttpServer engine;
    private static Fleet fleet;

    @BeforeAll
    static void start() throws Exception {
        engine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] status = Json.write(new RuleEngineStatus(
                "rules-0",
                "r1",
                Optional.empty(),
                Optional.empty(),
                true,
                List.of(),
                List.of(3),
                List.of(rule("fan", 2), rule("lamp", 0))));
        engine.createContext("/rules", exchange -> {
            ASKED.incrementAndGet();
            exchange.sendResponseHeaders(200, status.length);
            exchange.getResponseBody().write(status);
            exchange.close();
        });
        engine.start();
        fleet = Fleet.start(Neighbours.get()
                .newFleet()
                .override(
                        "rules.engines",
                        "http://127.0.0.1:" + engine.getAddress().getPort()));
    }

    private static RuleEngineStatus.Rule rule(String name, long firing) {
        return new RuleEngineStatus.Rule(
                "greenhouse",
                name,
                "rule",
                "greenhouse.rules.yaml",
                2,
                Map.of("firing", firing),
                Map.of(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    @AfterAll
    static void stop() {
        fleet.close();
        engine.stop(0);
    }

    private static JsonNode overview() {
        Fleet.Reply reply = fleet.call("GET", "/overview");
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(200);
        return reply.json();
    }

    private static long sum(JsonNode buckets) {
        long sum = 0;
        for (JsonNode bucket : buckets) {
            sum += bucket.path("count").asLong();
        }
        return sum;
    }

    @Test
    void theFiguresAreThoseOfTheFleet() throws Exception {
        FakeGateway gateway = fleet.gateway(1);
        String fan = fleet.device("fan");
        fleet.device("asleep");
        gateway.openReady(fan);
        fleet.awaitPresence(fan, true, true);
        String delivered = fleet.send(fan, "FAN_ON");
        gateway.delivered(gateway.nextDispatch(fan));
        fleet.awaitStatus(delivered, "delivered");
        fleet.send("asleep", "FAN_ON");
        gateway.send(FakeAlerts.record(fleet, FakeAlerts.firing("f-1", "fan")));
        gateway.send(FakeAlerts.record(fleet, FakeAlerts.firing("f-2", "fan")));
        gateway.send(FakeAlerts.record(fleet, FakeAlerts.resolved("f-3", "fan")));
        await().untilAsserted(() ->
                assertThat(fleet.call("GET", "/alerts").json().path("items")).hasSize(3));
        assertThat(fleet.call("POST", "/alerts/f-2/acknowledge", "{}").status()).isEqualTo(200);

        await().untilAsserted(() -> {
            gateway.send(new ProducerRecord<>(
                    fleet.topics().telemetry(), "fan".getBytes(UTF_8), "{\"temperature\":31}".getBytes(UTF_8)));
            JsonNode now = overview();
            assertThat(now.at("/devices/total").asInt()).isEqualTo(2);
            assertThat(now.at("/devices/connected").asInt()).isEqualTo(1);
            assertThat(now.at("/commands/lastHour/delivered").asInt()).isEqualTo(1);
            assertThat(now.at("/commands/lastHour/queued").asInt()).isEqualTo(1);
            assertThat(now.at("/commands/lastHour/expired").asInt(-1)).isZero();
            assertThat(now.at("/commands/recent")).hasSize(60);
            assertThat(now.at("/alerts/firing").asInt()).isEqualTo(2);
            assertThat(now.at("/alerts/acknowledged").asInt()).isEqualTo(1);
            assertThat(now.at("/gateways")).hasSize(1);
            assertThat(now.at("/gateways/0/slot").asInt()).isEqualTo(1);
            assertThat(now.at("/gateways/0/alive").asBoolean()).isTrue();
            assertThat(now.at("/gateways/0/connected").asInt()).isEqualTo(1);
            assertThat(now.at("/gateways/0/lastSeen").asText()).isNotEmpty();
            assertThat(now.at("/lag").findValuesAsText("consumer"))
                    .contains("command-service-sessions", "command-service-alerts", "command-service-history");
            assertThat(now.at("/rules").toString())
                    .isEqualTo("{\"loaded\":2,\"firing\":1,\"engines\":1,\"reloadSuccessful\":true}");
            assertThat(now.at("/telemetry/perSecond").asDouble()).isPositive();
            assertThat(sum(now.at("/telemetry/recent"))).isPositive();
            assertThat(sum(now.at("/commands/recent"))).isEqualTo(2);
            assertThat(now.has("unavailable")).isFalse();
        });
    }

    @Test
    void manyWhoLookCostOneLook() {
        int before = ASKED.get();
        for (int i = 0; i < 50; i++) {
            overview();
        }
        assertThat(ASKED.get() - before).isLessThanOrEqualTo(2);
    }

    @Test
    void viewersMayLookAndNobodyElse() {
        String viewer = fleet.call("POST", "/api-keys", "{\"name\":\"eve\",\"role\":\"viewer\"}")
                .json()
                .at("/key")
                .asText();
        assertThat(fleet.callWith("Bearer " + viewer, "GET", "/overview", "").status())
                .isEqualTo(200);
        assertThat(fleet.callWith("", "GET", "/overview", "").status()).isEqualTo(401);
        assertThat(fleet.call("GET", "/overview?since=1").status()).isEqualTo(400);
    }
}
