package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One command for many devices, with two services that issue side by side. */
@Timeout(120)
class BatchIT {
    private static Fleet fleet;
    private static FakeGateway gateway;

    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start();
        fleet.addService();
        gateway = fleet.gateway(0);
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void eachDeviceOfTheSelectionGetsOneCommandInTheOrderGiven() {
        List<String> devices = devices("many", 300);
        String id = create("{\"payload\":\"A\",\"perSecond\":5000,\"selector\":{\"ids\":" + json(devices) + "}}", 300);

        await().atMost(Duration.ofSeconds(30))
                .until(() -> batch(id).get("issued").asInt() == 300);
        JsonNode commands = fleet.call("GET", "/commands/batch/" + id + "/commands?limit=1000")
                .json()
                .get("items");
        List<String> got = new ArrayList<>();
        commands.forEach(command -> got.add(command.get("deviceId").asText()));
        assertThat(got).isEqualTo(devices);
        assertThat(batch(id).at("/commands/queued").asInt()).isEqualTo(300);
        assertThat(batch(id).get("status").asText()).isEqualTo("running");

        assertThat(fleet.call("DELETE", "/commands/batch/" + id).status()).isEqualTo(202);
        awaitStatus(id, "cancelled");
        assertThat(batch(id).at("/commands/cancelled").asInt()).isEqualTo(300);
    }

    @Test
    void noMoreAreUnderWayThanWereAllowed() throws Exception {
        List<String> devices = devices("limited", 6);
        for (String device : devices) {
            gateway.openReady(device);
            fleet.awaitPresence(device, true, true);
        }
        String id = create(
                "{\"payload\":\"A\",\"perSecond\":5000,\"inFlight\":2,\"selector\":{\"ids\":" + json(devices) + "}}",
                6);
        for (int i = 0; i < devices.size(); i += 2) {
            var first = gateway.nextDispatch(devices.get(i));
            var second = gateway.nextDispatch(devices.get(i + 1));
            assertThat(batch(id).get("issued").asInt()).isEqualTo(i + 2);
            gateway.delivered(first);
            gateway.delivered(second);
        }
        awaitStatus(id, "finished");
        assertThat(batch(id).at("/commands/delivered").asInt()).isEqualTo(6);
        assertThat(fleet.call("DELETE", "/commands/batch/" + id).status()).isEqualTo(409);
    }

    @Test
    void aSlowOneIsIssuedAtItsPaceAndCancelledOnItsWay() {
        List<String> devices = devices("slow", 50);
        String id = create("{\"payload\":\"A\",\"perSecond\":1,\"selector\":{\"ids\":" + json(devices) + "}}", 50);
        await().until(() -> batch(id).get("issued").asInt() >= 1);
        assertThat(batch(id).get("issued").asInt()).isLessThan(50);

        fleet.call("DELETE", "/commands/batch/" + id);
        awaitStatus(id, "cancelled");
        JsonNode end = batch(id);
        assertThat(end.at("/commands/cancelled").asInt())
                .isEqualTo(end.get("issued").asInt())
                .isLessThan(50);
    }

    @Test
    void whatIsSelectedFitsAllThatIsGivenAndNobodyKnownIsLeftOutSilently() {
        devices("typed", 2);
        assertThat(fleet.call("PATCH", "/devices/typed-0", "{\"type\":\"pump\",\"labels\":{\"site\":\"a\"}}")
                        .status())
                .isEqualTo(200);
        assertThat(fleet.call("PATCH", "/devices/typed-1", "{\"type\":\"pump\",\"labels\":{\"site\":\"b\"}}")
                        .status())
                .isEqualTo(200);
        create("{\"payload\":\"A\",\"selector\":{\"type\":\"pump\"}}", 2);
        create("{\"payload\":\"A\",\"selector\":{\"type\":\"pump\",\"labels\":{\"site\":\"b\"}}}", 1);
        create("{\"payload\":\"A\",\"selector\":{\"type\":\"pump\",\"connected\":true}}", 0);

        String id = create("{\"payload\":\"A\",\"selector\":{\"ids\":[\"nobody\"]}}", 1);
        awaitStatus(id, "finished");
        assertThat(batch(id).at("/commands/rejected").asInt()).isEqualTo(1);
    }

    @Test
    void theSameKeyIsTheSameBatch() {
        devices("keyed", 1);
        String body = "{\"payload\":\"A\",\"selector\":{\"ids\":[\"keyed-0\"]}}";
        var first = withKey(body);
        var again = withKey(body);
        assertThat(again.json().get("batchId")).isEqualTo(first.json().get("batchId"));
        assertThat(withKey(body.replace("A", "B")).status()).isEqualTo(409);
    }

    @Test
    void aSelectionOfNothingInParticularIsRefused() {
        for (String selector : List.of(
                "{}",
                "{\"all\":false}",
                "{\"all\":true,\"type\":\"x\"}",
                "{\"ids\":[]}",
                "{\"ids\":[\"a b\"]}",
                "{\"lables\":{}}")) {
            var reply = fleet.call("POST", "/commands/batch", "{\"payload\":\"A\",\"selector\":" + selector + "}");
            assertThat(reply.status()).as(selector).isEqualTo(400);
            assertThat(reply.json().get("field").asText()).startsWith("selector");
        }
    }

    @Test
    void aListOfBatchesShowsSelectorsWithoutTheirLongListsOfIds() {
        String few = create("{\"payload\":\"A\",\"selector\":{\"ids\":[\"listed\"]}}", 1);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 101; i++) {
            ids.add("listed-" + i);
        }
        String many = create("{\"payload\":\"A\",\"selector\":{\"type\":\"x\",\"ids\":" + json(ids) + "}}", 0);

        JsonNode newest = fleet.call("GET", "/commands/batch?limit=2").json().get("items");
        assertThat(newest.get(0).get("batchId").asText()).isEqualTo(many);
        assertThat(newest.get(0).get("selector").toString()).isEqualTo("{\"type\":\"x\"}");
        assertThat(newest.get(1).get("batchId").asText()).isEqualTo(few);
        assertThat(newest.get(1).at("/selector/ids/0").asText()).isEqualTo("listed");
        assertThat(newest.get(1).get("payload").asText()).isEqualTo("A");
        assertThat(batch(many).at("/selector/ids")).hasSize(101);
    }

    private static Fleet.Reply withKey(String body) {
        return fleet.callWith("Bearer " + fleet.key(), "POST", "/commands/batch", body, "Idempotency-Key", "tuesday");
    }

    private static String create(String body, int total) {
        var reply = fleet.call("POST", "/commands/batch", body);
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(202);
        assertThat(reply.json().get("total").asInt()).isEqualTo(total);
        return reply.json().get("batchId").asText();
    }

    private static JsonNode batch(String id) {
        return fleet.call("GET", "/commands/batch/" + id).json();
    }

    private static void awaitStatus(String id, String status) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(batch(id).get("status").asText()).isEqualTo(status));
    }

    private static List<String> devices(String name, int count) {
        List<String> devices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            devices.add(fleet.device(name + "-" + i));
        }
        return devices;
    }

    private static String json(List<String> devices) {
        return "[\"" + String.join("\",\"", devices) + "\"]";
    }
}
