package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.Fleet.Reply;
import io.millrace.schemas.AlertEvent;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Alerts, from Kafka to the people who look after them. */
@Timeout(60)
class AlertsIT {
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
    void anEpisodeTellsItsStory() {
        send(FakeAlerts.firing("story", "oven"));
        send(FakeAlerts.firing("story", "oven"));
        send(FakeAlerts.firing("story", "oven", "critical", FakeAlerts.START.plusSeconds(60)));
        awaitSteps("story", "fired", "level-changed");
        Reply first = fleet.call("POST", "/alerts/story/acknowledge", "{\"note\":\"on my way\"}");
        assertThat(first.status()).as(first.json().toString()).isEqualTo(200);
        Reply second = fleet.call("POST", "/alerts/story/acknowledge", "{\"note\":\"me too\"}");
        assertThat(second.json().get("acknowledgedNote").asText())
                .as("the first to do so is kept")
                .isEqualTo("on my way");
        Reply withdrawn = fleet.call("DELETE", "/alerts/story/acknowledge");
        assertThat(withdrawn.json().get("acknowledged").asBoolean()).isFalse();
        assertThat(withdrawn.json().has("acknowledgedBy")).isFalse();
        assertThat(fleet.call("POST", "/alerts/story/acknowledge").status()).isEqualTo(200);

        send(FakeAlerts.resolved("story", "oven"));
        awaitSteps(
                "story",
                "fired",
                "level-changed",
                "acknowledged",
                "acknowledgement-withdrawn",
                "acknowledged",
                "resolved");

        JsonNode alert = fleet.call("GET", "/alerts/story").json();
        assertThat(alert.get("state").asText()).isEqualTo("resolved");
        assertThat(alert.get("acknowledgedBy").asText())
                .as("an acknowledgement belongs to the episode")
                .isEqualTo("test");
        assertThat(alert.get("revision").asText()).isEqualTo("r1");
        assertThat(alert.get("cause").asText()).isEqualTo("telemetry/0/1");
        assertThat(alert.at("/timeline/1/level").asText()).isEqualTo("critical");
        assertThat(alert.at("/timeline/2/note").asText()).isEqualTo("on my way");
        assertThat(alert.at("/timeline/2/by").asText()).isEqualTo("test");
        assertThat(alert.at("/timeline/5/reason").asText()).isEqualTo("condition");
    }

    @Test
    void alertsAreFoundByDeviceStateRuleLabelAndAcknowledgement() {
        fleet.device("fridge");
        for (int i = 0; i < 3; i++) {
            send(FakeAlerts.firing("found-" + i, "fridge"));
        }
        send(FakeAlerts.resolved("found-0", "fridge"));
        awaitSteps("found-0", "fired", "resolved");
        awaitSteps("found-2", "fired");
        assertThat(fleet.call("POST", "/alerts/found-1/acknowledge").status()).isEqualTo(200);
        String path = "/devices/fridge/alerts";

        assertThat(ids(path)).containsExactly("found-2", "found-1", "found-0");
        assertThat(ids("/alerts?device=fridge&state=firing")).containsExactly("found-2", "found-1");
        assertThat(ids(path + "?acknowledged=true")).containsExactly("found-1");
        assertThat(ids(path + "?acknowledged=false&state=firing&rule=climate/TooHot"))
                .containsExactly("found-2");
        assertThat(ids(path + "?rule=climate/TooCold")).isEmpty();
        assertThat(ids(path + "?label=severity:critical&label=alertname:TooHot&state=resolved"))
                .containsExactly("found-0");
        assertThat(ids(path + "?label=severity:none")).isEmpty();

        JsonNode page = fleet.call("GET", path + "?limit=2").json();
        assertThat(ids(path + "?limit=2&cursor=" + page.get("nextCursor").asText()))
                .containsExactly("found-0");
        assertThat(fleet.call("GET", "/devices/never-seen/alerts").status()).isEqualTo(404);
    }

    @Test
    void alertsOutliveTheirDevice() {
        fleet.device("short-lived");
        send(FakeAlerts.firing("orphan", "short-lived"));
        awaitSteps("orphan", "fired");
        assertThat(fleet.call("DELETE", "/devices/short-lived").status()).isEqualTo(204);
        assertThat(ids("/devices/short-lived/alerts")).containsExactly("orphan");
        send(FakeAlerts.resolved("orphan", "short-lived"));
        awaitSteps("orphan", "fired", "resolved");
    }

    @Test
    void whatIsInATextStaysText() {
        String evil = "x'; drop table alerts; --<script>alert(1)</script>";
        send(FakeAlerts.firing(evil, "evil"));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(ids("/devices/evil/alerts")).containsExactly(evil));
        assertThat(ids("/alerts?rule=" + "%27%20or%201%3D1%20--")).isEmpty();
        assertThat(fleet.call("GET", "/alerts/%27%20or%201%3D1").status()).isEqualTo(404);
        assertThat(fleet.call("GET", "/alerts/a%00b").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET  | /alerts?acknowledged=perhaps       |                  | acknowledged",
                "GET  | /alerts?label=severity             |                  | label",
                "GET  | /alerts?severity=critical          |                  | severity",
                "GET  | /devices/d/alerts?device=e         |                  | device",
                "GET  | /devices/d/alerts?cursor=eA        |                  | cursor",
                "GET  | /devices/a%20b/alerts              |                  | id",
                "POST | /alerts/a/acknowledge              | {\"note\":7}     | note",
                "POST | /alerts/a/acknowledge              | {\"notes\":\"a\"}| notes",
            })
    void badInputNamesTheField(String method, String path, String body, String field) {
        Reply reply = fleet.call(method, path, body == null ? "" : body);
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(400);
        assertThat(reply.json().get("field").asText()).isEqualTo(field);
    }

    @Test
    void anUnknownAlertIsNotFound() {
        assertThat(fleet.call("GET", "/alerts/none").status()).isEqualTo(404);
        assertThat(fleet.call("POST", "/alerts/none/acknowledge").status()).isEqualTo(404);
        assertThat(fleet.call("DELETE", "/alerts/none/acknowledge").status()).isEqualTo(404);
    }

    private static void send(AlertEvent event) {
        var unused = gateway.send(FakeAlerts.record(fleet, event));
    }

    private static void awaitSteps(String id, String... steps) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            List<String> seen = new ArrayList<>();
            fleet.call("GET", "/alerts/" + id)
                    .json()
                    .path("timeline")
                    .forEach(step -> seen.add(step.get("event").asText()));
            assertThat(seen).containsExactly(steps);
        });
    }

    private static List<String> ids(String path) {
        List<String> ids = new ArrayList<>();
        fleet.call("GET", path)
                .json()
                .path("items")
                .forEach(item -> ids.add(item.get("id").asText()));
        return ids;
    }
}
