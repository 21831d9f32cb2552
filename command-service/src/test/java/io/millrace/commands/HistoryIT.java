package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Telemetry, reported state and alerts, from Kafka to who asks for them. */
@Timeout(60)
class HistoryIT {
    private static Fleet fleet;
    private static FakeGateway gateway;

    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start();
        gateway = fleet.gateway(0);
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void readingsAreKeptInOrderAndTheLastValueOfEachField() {
        Instant start = Instant.now().truncatedTo(ChronoUnit.MILLIS).minusSeconds(60);
        telemetry("meter", start, "{\"temperature\":20.5,\"humidity\":40}");
        telemetry("meter", start.plusSeconds(1), "{\"temperature\":21.0}");
        telemetry("meter", start.plusSeconds(2), "{\"temperature\":22,\"led\":null}");
        await().untilAsserted(() -> assertThat(readings("meter", "")).hasSize(3));

        JsonNode state = fleet.call("GET", "/devices/meter/state").json();
        assertThat(state.at("/telemetry/temperature/value").asInt()).isEqualTo(22);
        assertThat(state.at("/telemetry/humidity/value").asInt()).isEqualTo(40);
        assertThat(state.at("/telemetry/humidity/at").asText()).isEqualTo(start.toString());
        List<JsonNode> all = readings("meter", "");
        assertThat(all.get(0).at("/values/temperature").asDouble()).isEqualTo(20.5);
        assertThat(all.get(2).get("time").asText())
                .isEqualTo(start.plusSeconds(2).toString());
        assertThat(readings("meter", "?from=" + start.plusSeconds(1) + "&to=" + start.plusSeconds(2)))
                .hasSize(1);
        assertThat(readings("meter", "?fields=humidity").get(1).get("values")).isEmpty();
        JsonNode page = fleet.call("GET", "/devices/meter/telemetry?limit=2").json();
        assertThat(readings("meter", "?cursor=" + page.get("nextCursor").asText()))
                .hasSize(1);
        assertThat(fleet.call("GET", "/devices/meter").json().get("registered").asBoolean())
                .isFalse();
    }

    @Test
    void whatPostgresCannotStoreIsCountedAndPassedOver() {
        Instant at = Instant.now();
        telemetry("poison", at, "{\"a\":1}");
        telemetry("poison", at, "{\"a\":\"x\\u0000y\"}");
        telemetry("poison", at, "not json");
        telemetry("poison", at, "[1,2]");
        telemetry("poison", at, "{\"a\":2}");
        await().untilAsserted(() -> assertThat(readings("poison", "")).hasSize(2));

        assertThat(fleet.count("intake.refused", "intake", "telemetry")).isEqualTo(1);
        assertThat(fleet.count("intake.unreadable", "intake", "telemetry")).isEqualTo(2);
        double received = fleet.count("intake.records", "intake", "telemetry");
        assertThat(fleet.count("history.readings", "outcome", "stored")
                        + fleet.count("history.readings", "outcome", "repeated")
                        + fleet.count("history.readings", "outcome", "expired")
                        + fleet.count("intake.refused", "intake", "telemetry")
                        + fleet.count("intake.unreadable", "intake", "telemetry"))
                .isEqualTo(received);
    }

    @Test
    void aReadingOfADayWithoutPartitionIsKeptToo() {
        Instant before = Instant.now().minus(Duration.ofDays(9));
        telemetry("late", before, "{\"a\":1}");
        await().untilAsserted(() ->
                assertThat(readings("late", "?from=" + before.minusSeconds(60))).hasSize(1));
    }

    @Test
    void whatIsOlderThanTheHistoryGoesBackIsCountedAndDoesNotComeBack() {
        telemetry("old", Instant.parse("2020-02-29T12:00:00Z"), "{\"a\":1}");
        telemetry("old", Instant.now(), "{\"a\":2}");
        await().untilAsserted(() -> {
            assertThat(readings("old", "?from=2020-01-01T00:00:00Z")).hasSize(1);
            assertThat(fleet.count("history.readings", "outcome", "expired")).isEqualTo(1);
        });
    }

    @Test
    void reportedStateIsMerged() {
        Instant at = Instant.now();
        for (String state : List.of(
                "{\"led\":true,\"fw\":\"1.0\",\"net\":{\"ip\":\"10.0.0.7\",\"rssi\":-60},\"x\":1}",
                "{\"led\":false,\"net\":{\"rssi\":-61},\"x\":null}")) {
            var unused = gateway.send(new ProducerRecord<>(
                    fleet.topics().deviceState(),
                    null,
                    at.toEpochMilli(),
                    "twin".getBytes(UTF_8),
                    state.getBytes(UTF_8)));
        }
        await().untilAsserted(() -> {
            JsonNode state = fleet.call("GET", "/devices/twin/state").json();
            assertThat(state.at("/reported/led/value").isBoolean()).isTrue();
            assertThat(state.at("/reported/led/value").asBoolean()).isFalse();
            assertThat(state.at("/reported/fw/value").asText()).isEqualTo("1.0");
            assertThat(state.at("/reported/net/value/ip").asText()).isEqualTo("10.0.0.7");
            assertThat(state.at("/reported/net/value/rssi").asInt()).isEqualTo(-61);
            assertThat(state.get("reported").has("x")).isFalse();
            assertThat(state.get("telemetry")).isEmpty();
        });
    }

    @Test
    void anAlertFiresIsAcknowledgedAndResolvesOnce() {
        alert("f1", AlertEvent.State.FIRING);
        alert("f1", AlertEvent.State.FIRING);
        await().untilAsserted(
                        () -> assertThat(alerts("?state=firing&device=hot")).hasSize(1));
        var acknowledged = fleet.call("POST", "/alerts/f1/acknowledge");
        assertThat(acknowledged.json().get("acknowledgedBy").asText()).isEqualTo("test");

        alert("f1", AlertEvent.State.RESOLVED);
        await().untilAsserted(() -> assertThat(alerts("?state=resolved")).hasSize(1));
        JsonNode resolved = alerts("?device=hot").get(0);
        assertThat(resolved.get("state").asText()).isEqualTo("resolved");
        assertThat(resolved.get("name").asText()).isEqualTo("TooHot");
        assertThat(resolved.has("acknowledgedAt")).isTrue();
        assertThat(resolved.get("cause").asText()).as("what made it fire").isEqualTo("telemetry/0/1");
        assertThat(resolved.get("revision").asText()).isEqualTo("r1");
        assertThat(resolved.get("late").asBoolean()).isFalse();
        assertThat(fleet.call("POST", "/alerts/none/acknowledge").status()).isEqualTo(404);
    }

    private static void telemetry(String device, Instant at, String json) {
        var unused = gateway.send(new ProducerRecord<>(
                fleet.topics().telemetry(), null, at.toEpochMilli(), device.getBytes(UTF_8), json.getBytes(UTF_8)));
    }

    private static void alert(String fingerprint, AlertEvent.State state) {
        Instant start = Instant.parse("2026-11-22T10:00:00Z");
        var event = new AlertEvent(
                state,
                Map.of("alertname", "TooHot", "device", "hot"),
                Map.of("summary", "hot"),
                start,
                state == AlertEvent.State.RESOLVED ? Optional.of(start.plus(Duration.ofMinutes(5))) : Optional.empty(),
                fingerprint,
                Optional.of(new DeviceId("hot")),
                "climate/TooHot",
                "r1",
                state == AlertEvent.State.RESOLVED ? "telemetry/0/9" : "telemetry/0/1",
                Optional.of(41.5),
                Optional.empty(),
                Optional.empty(),
                false,
                Instant.now());
        var unused = gateway.send(
                new ProducerRecord<>(fleet.topics().alerts(), "TooHot/hot".getBytes(UTF_8), Json.write(event)));
    }

    private static List<JsonNode> readings(String device, String query) {
        return items("/devices/" + device + "/telemetry" + query);
    }

    private static List<JsonNode> alerts(String query) {
        return items("/alerts" + query);
    }

    private static List<JsonNode> items(String path) {
        List<JsonNode> items = new ArrayList<>();
        fleet.call("GET", path).json().path("items").forEach(items::add);
        return items;
    }
}
