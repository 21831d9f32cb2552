package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.millrace.standalone.Cluster.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rows of "What must hold" in docs/architecture.md that need several processes: two gateways and two command services, which are
 * stopped and killed.
 */
@Timeout(120)
class ClusterIT {
    private static final Duration LONG = Duration.ofSeconds(40);

    @TempDir
    private static Path directory;

    private static Cluster cluster;
    private static Member first;
    private static Member second;
    private static Member gatewayA;
    private static Member gatewayB;

    @BeforeAll
    static void start() throws Exception {
        cluster = new Cluster(directory);
        first = cluster.service("first");
        second = cluster.service("second");
        gatewayA = cluster.gateway(0);
        gatewayB = cluster.gateway(1);
    }

    @AfterAll
    static void stop() {
        List.of(gatewayA, gatewayB, first, second)
                .forEach(member -> member.process().close());
        cluster.close();
    }

    @AfterEach
    void putBackWhatWasKilled() throws Exception {
        if (!gatewayA.process().isAlive()) {
            gatewayA = cluster.gateway(0);
        }
        if (!first.process().isAlive()) {
            first = cluster.service("first");
        }
    }

    private static Rest rest(Member service) {
        return Rest.of(service.port(), "admin", Cluster.PASSWORD);
    }

    private static String register(String id) {
        return rest(second)
                .post("/devices", "{\"id\":\"" + id + "\"}", 201)
                .get("secret")
                .asText();
    }

    private static String send(Rest rest, String id, String payload) {
        return rest.post("/devices/" + id + "/commands", "{\"payload\":\"" + payload + "\"}", 202)
                .get("commandId")
                .asText();
    }

    private static void awaitStatus(Rest rest, String command, String status) {
        await().atMost(LONG).untilAsserted(() -> assertThat(
                        rest.get("/commands/" + command).get("status").asText())
                .isEqualTo(status));
    }

    private static void awaitReadyOn(Rest rest, String id, int slot) {
        await().atMost(LONG).untilAsserted(() -> {
            JsonNode presence = rest.get("/devices/" + id).get("presence");
            assertThat(presence.path("ready").asBoolean()).isTrue();
            assertThat(presence.path("gateway").asInt()).isEqualTo(slot);
        });
    }

    /** Rows 1 and 3. */
    @Test
    void aBoardThatComesBackElsewhereIsServedThereAndOnlyThere() throws Exception {
        String secret = register("moves");
        Rest rest = rest(first);
        SlowBoard before = new SlowBoard(gatewayA.port(), "moves", secret).connect();
        awaitReadyOn(rest, "moves", 0);

        SlowBoard after = new SlowBoard(gatewayB.port(), "moves", secret).connect();
        await().atMost(LONG).until(() -> !before.connected());
        awaitReadyOn(rest, "moves", 1);
        String command = send(rest, "moves", "HERE");

        Mqtt3Publish received = after.next();
        assertThat(SlowBoard.text(received)).isEqualTo("HERE");
        assertThat(before.hasMore()).isFalse();
        assertThat(rest.get("/commands/" + command).get("status").asText()).isEqualTo("sent");
        received.acknowledge();
        awaitStatus(rest(second), command, "delivered");
        assertThat(after.connected()).isTrue();
    }

    /** Row 5. */
    @Test
    void whatWasWrittenByAGatewayThatIsKilledComesAgainFromAnother() throws Exception {
        String secret = register("orphan");
        Rest rest = rest(first);
        SlowBoard before = new SlowBoard(gatewayA.port(), "orphan", secret).connect();
        awaitReadyOn(rest, "orphan", 0);
        String command = send(rest, "orphan", "ONCE MORE");
        assertThat(SlowBoard.text(before.next())).isEqualTo("ONCE MORE");

        gatewayA.process().close();
        SlowBoard after = new SlowBoard(gatewayB.port(), "orphan", secret).connect();
        Mqtt3Publish again = after.next();

        assertThat(SlowBoard.text(again)).isEqualTo("ONCE MORE");
        assertThat(rest.get("/commands/" + command).get("status").asText()).isEqualTo("sent");
        again.acknowledge();
        awaitStatus(rest, command, "delivered");
        assertThat(after.hasMore()).isFalse();
    }

    /** Row 6. */
    @Test
    void aGatewayPausedBeyondItsLeaseLetsGoOfItsBoardsAndHandsThemNothing() throws Exception {
        String secret = register("paused");
        Rest rest = rest(first);
        SlowBoard before = new SlowBoard(gatewayA.port(), "paused", secret).connect();
        awaitReadyOn(rest, "paused", 0);

        gatewayA.process().signal("STOP");
        try {
            await().atMost(LONG).untilAsserted(() -> assertThat(rest.get("/devices/paused")
                            .at("/presence/connected")
                            .asBoolean())
                    .isFalse());
            SlowBoard after = new SlowBoard(gatewayB.port(), "paused", secret).connect();
            String command = send(rest, "paused", "NOW");
            Mqtt3Publish received = after.next();
            assertThat(SlowBoard.text(received)).isEqualTo("NOW");
            received.acknowledge();
            awaitStatus(rest, command, "delivered");

            gatewayA.process().signal("CONT");
            await().atMost(LONG).until(() -> !before.connected());
            assertThat(before.hasMore()).isFalse();
            awaitReadyOn(rest, "paused", 1);
            assertThat(after.connected()).isTrue();
        } finally {
            gatewayA.process().signal("CONT");
        }
    }

    @Test
    void commandsOutliveTheServiceThatTookThem() throws Exception {
        String secret = register("patient");
        SlowBoard board = new SlowBoard(gatewayB.port(), "patient", secret).connect();
        Rest other = rest(second);
        awaitReadyOn(other, "patient", 1);
        Rest killed = rest(first);
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            commands.add(send(killed, "patient", "N" + i));
        }
        first.process().close();
        for (int i = 20; i < 30; i++) {
            commands.add(send(other, "patient", "N" + i));
        }

        List<String> received = new ArrayList<>();
        while (received.size() < commands.size()) {
            Mqtt3Publish command = board.next();
            String text = SlowBoard.text(command);
            // What was under way when the service died may come twice, which is what QoS 1 says.
            if (received.isEmpty() || !received.get(received.size() - 1).equals(text)) {
                received.add(text);
            }
            command.acknowledge();
        }
        assertThat(received)
                .containsExactlyElementsOf(java.util.stream.IntStream.range(0, 30)
                        .mapToObj(i -> "N" + i)
                        .toList());
        commands.forEach(command -> awaitStatus(other, command, "delivered"));
    }

    /** Row 13. */
    @Test
    void aBoardDisabledAtOneServiceIsDisconnectedWhereverItIs() throws Exception {
        String secret = register("barred");
        SlowBoard board = new SlowBoard(gatewayA.port(), "barred", secret).connect();
        awaitReadyOn(rest(first), "barred", 0);

        JsonNode disabled = rest(second).patch("/devices/barred", "{\"enabled\":false}");

        assertThat(disabled.get("enabled").asBoolean()).isFalse();
        await().atMost(LONG).until(() -> !board.connected());
    }
}
