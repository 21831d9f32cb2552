package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Boards that move, are barred, or do not listen, and gateways that die under them. Part of {@link ClusterIT}. */
@Timeout(120)
abstract class ClusterBoards {
    private final Cluster cluster;

    ClusterBoards(Cluster cluster) {
        this.cluster = cluster;
    }

    @AfterEach
    void putBackWhatWasKilled() throws Exception {
        cluster.mend();
    }

    private String register(String id) {
        return Cluster.register(cluster.rest(1), id);
    }

    /** Rows 1 and 3. */
    @Test
    void aBoardThatComesBackElsewhereIsServedThereAndOnlyThere() throws Exception {
        String secret = register("moves");
        Rest rest = cluster.rest(0);
        SlowBoard before = new SlowBoard(cluster.gateway(0).port(), "moves", secret).connect();
        Cluster.awaitReadyOn(rest, "moves", 0);

        SlowBoard after = new SlowBoard(cluster.gateway(1).port(), "moves", secret).connect();
        await().atMost(Cluster.LONG).until(() -> !before.connected());
        Cluster.awaitReadyOn(rest, "moves", 1);
        String command = Cluster.send(rest, "moves", "HERE");

        Mqtt3Publish received = after.next();
        assertThat(SlowBoard.text(received)).isEqualTo("HERE");
        assertThat(before.hasMore()).isFalse();
        assertThat(rest.get("/commands/" + command).get("status").asText()).isEqualTo("sent");
        received.acknowledge();
        Cluster.awaitStatus(cluster.rest(1), command, "delivered");
        assertThat(after.connected()).isTrue();
    }

    /** Row 2. */
    @Test
    void aBoardThatComesBackAtTheSameGatewayKeepsItsNewSession() throws Exception {
        String secret = register("returns");
        Rest rest = cluster.rest(0);
        SlowBoard before = new SlowBoard(cluster.gateway(0).port(), "returns", secret).connect();
        Cluster.awaitReadyOn(rest, "returns", 0);

        SlowBoard after = new SlowBoard(cluster.gateway(0).port(), "returns", secret).connect();
        await().atMost(Cluster.LONG).until(() -> !before.connected());
        String command = Cluster.send(cluster.rest(1), "returns", "STILL HERE");

        Mqtt3Publish received = after.next();
        received.acknowledge();
        Cluster.awaitStatus(rest, command, "delivered");
        Cluster.awaitReadyOn(rest, "returns", 0);
        assertThat(before.hasMore()).isFalse();
        assertThat(after.connected()).isTrue();
    }

    /** Row 4. */
    @Test
    void twoBoardsWithOneIdentityAreNoticedAtEveryService() {
        String secret = register("twins");
        for (int connect = 0; connect < 5; connect++) {
            var unused = new SlowBoard(cluster.gateway(connect % 2).port(), "twins", secret).open();
        }
        for (int service = 0; service < 2; service++) {
            Rest rest = cluster.rest(service);
            await().atMost(Cluster.LONG)
                    .until(() -> rest.get("/devices/twins/diagnostics").has("sharedIdentity"));
        }
    }

    /** Row 5. */
    @Test
    void whatWasWrittenByAGatewayThatIsKilledComesAgainFromAnother() throws Exception {
        String secret = register("orphan");
        Rest rest = cluster.rest(0);
        SlowBoard before = new SlowBoard(cluster.gateway(0).port(), "orphan", secret).connect();
        Cluster.awaitReadyOn(rest, "orphan", 0);
        String command = Cluster.send(rest, "orphan", "ONCE MORE");
        assertThat(SlowBoard.text(before.next())).isEqualTo("ONCE MORE");

        cluster.gateway(0).kill();
        SlowBoard after = new SlowBoard(cluster.gateway(1).port(), "orphan", secret).connect();
        Mqtt3Publish again = after.next();

        assertThat(SlowBoard.text(again)).isEqualTo("ONCE MORE");
        assertThat(rest.get("/commands/" + command).get("status").asText()).isEqualTo("sent");
        again.acknowledge();
        Cluster.awaitStatus(rest, command, "delivered");
        assertThat(after.hasMore()).isFalse();
    }

    /** Row 6. */
    @Test
    void aGatewayPausedBeyondItsLeaseLetsGoOfItsBoardsAndHandsThemNothing() throws Exception {
        String secret = register("paused");
        Rest rest = cluster.rest(0);
        SlowBoard before = new SlowBoard(cluster.gateway(0).port(), "paused", secret).connect();
        Cluster.awaitReadyOn(rest, "paused", 0);

        cluster.gateway(0).process().signal("STOP");
        try {
            await().atMost(Cluster.LONG).untilAsserted(() -> assertThat(rest.get("/devices/paused")
                            .at("/presence/connected")
                            .asBoolean())
                    .isFalse());
            SlowBoard after = new SlowBoard(cluster.gateway(1).port(), "paused", secret).connect();
            String command = Cluster.send(rest, "paused", "NOW");
            Mqtt3Publish received = after.next();
            assertThat(SlowBoard.text(received)).isEqualTo("NOW");
            received.acknowledge();
            Cluster.awaitStatus(rest, command, "delivered");

            cluster.gateway(0).process().signal("CONT");
            await().atMost(Cluster.LONG).until(() -> !before.connected());
            assertThat(before.hasMore()).isFalse();
            Cluster.awaitReadyOn(rest, "paused", 1);
            assertThat(after.connected()).isTrue();
        } finally {
            cluster.gateway(0).process().signal("CONT");
        }
    }

    /** Row 7. */
    @Test
    void aCommandForABoardThatDoesNotListenYetWaitsUntilItDoes() throws Exception {
        SlowBoard board = new SlowBoard(cluster.gateway(1).port(), "deaf", register("deaf")).open();
        Rest rest = cluster.rest(0);
        await().atMost(Cluster.LONG)
                .until(() -> rest.get("/devices/deaf").at("/presence/connected").asBoolean());
        String command = Cluster.send(rest, "deaf", "LISTEN");
        assertThat(rest.get("/commands/" + command).get("status").asText()).isEqualTo("queued");

        board.subscribe().next().acknowledge();
        Cluster.awaitStatus(cluster.rest(1), command, "delivered");
        assertThat(rest.get("/commands/" + command).get("attempt").asInt()).isEqualTo(1);
    }

    /** Row 8. */
    @Test
    void anAcknowledgementAfterTheTimeIsTheTruthAndWhatWasNotWrittenInTimeNeverIs() throws Exception {
        SlowBoard board = new SlowBoard(cluster.gateway(0).port(), "tardy", register("tardy")).connect();
        Rest rest = cluster.rest(0);
        Cluster.awaitReadyOn(rest, "tardy", 0);
        String path = "/devices/tardy/commands";
        String written = rest.post(path, "{\"payload\":\"WRITTEN\",\"expiresIn\":\"5s\"}", 202)
                .get("commandId")
                .asText();
        Mqtt3Publish received = board.next();
        String behind = cluster.rest(1)
                .post(path, "{\"payload\":\"BEHIND\",\"expiresIn\":\"2s\"}", 202)
                .get("commandId")
                .asText();

        Cluster.awaitStatus(rest, behind, "expired");
        Instant over =
                Instant.parse(rest.get("/commands/" + written).get("expiresAt").asText());
        await().atMost(Cluster.LONG).until(() -> Instant.now().isAfter(over.plusSeconds(1)));
        assertThat(rest.get("/commands/" + written).get("status").asText()).isEqualTo("sent");
        received.acknowledge();
        Cluster.awaitStatus(cluster.rest(1), written, "delivered");
        Cluster.send(rest, "tardy", "LAST");
        assertThat(SlowBoard.text(board.next()))
                .as("neither again nor too late")
                .isEqualTo("LAST");
    }

    /** Row 13. */
    @Test
    void aBoardDisabledAtOneServiceIsDisconnectedWhereverItIs() throws Exception {
        String secret = register("barred");
        SlowBoard board = new SlowBoard(cluster.gateway(0).port(), "barred", secret).connect();
        Cluster.awaitReadyOn(cluster.rest(0), "barred", 0);

        JsonNode disabled = cluster.rest(1).patch("/devices/barred", "{\"enabled\":false}");

        assertThat(disabled.get("enabled").asBoolean()).isFalse();
        await().atMost(Cluster.LONG).until(() -> !board.connected());
    }

    /** Row 13. */
    @Test
    void aSecretThatIsRotatedAtOneServiceOpensNowhereAnyMore() {
        String secret = register("rotated");
        SlowBoard board = new SlowBoard(cluster.gateway(1).port(), "rotated", secret).connect();
        Cluster.awaitReadyOn(cluster.rest(0), "rotated", 1);

        String fresh = cluster.rest(0)
                .post("/devices/rotated/secret", "", 200)
                .get("secret")
                .asText();

        await().atMost(Cluster.LONG).until(() -> !board.connected());
        assertThat(new SlowBoard(cluster.gateway(0).port(), "rotated", fresh)
                        .connect()
                        .connected())
                .isTrue();
    }
}
