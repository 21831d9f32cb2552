package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Services that are killed, gateways that are updated, and PostgreSQL away. Part of {@link ClusterIT}. */
@Timeout(120)
abstract class ClusterOutages {
    private static final int UNKNOWN = 60;

    private final Cluster cluster;

    ClusterOutages(Cluster cluster) {
        this.cluster = cluster;
    }

    @AfterEach
    void putBackWhatWasKilled() throws Exception {
        cluster.mend();
    }

    private String register(String id) {
        return Cluster.register(cluster.rest(1), id);
    }

    /** Its queue, the rest of a batch, and what receivers of webhooks had not answered yet: the other one goes on with it. */
    @Test
    void whatAServiceHadInHandOutlivesIt() throws Exception {
        SlowBoard patient = new SlowBoard(cluster.gateway(1).port(), "patient", register("patient")).connect();
        SlowBoard one = new SlowBoard(cluster.gateway(0).port(), "batch-a", register("batch-a")).connect();
        SlowBoard other = new SlowBoard(cluster.gateway(1).port(), "batch-b", register("batch-b")).connect();
        Rest rest = cluster.rest(1);
        Cluster.awaitReadyOn(rest, "patient", 1);
        Cluster.awaitReadyOn(rest, "batch-a", 0);
        Cluster.awaitReadyOn(rest, "batch-b", 1);
        Rest killed = cluster.rest(0);
        List<String> commands = new ArrayList<>();
        try (HeldReceiver receiver = new HeldReceiver()) {
            String webhook = webhook(rest, receiver);
            // Of those that nobody knows each is rejected at once, and told.
            List<String> ids = Stream.concat(
                            IntStream.range(0, UNKNOWN).mapToObj(i -> "nobody-" + i), Stream.of("batch-a", "batch-b"))
                    .toList();
            String batch = batch(rest, ids);
            for (int i = 0; i < 20; i++) {
                commands.add(Cluster.send(killed, "patient", "N" + i));
            }
            // Each service has at most four at a time for a receiver: both are at it.
            await().atMost(Cluster.LONG)
                    .until(() -> Set.copyOf(receiver.messageIds).size() >= 8);
            cluster.service(0).kill();
            assertThat(rest.get(batch).get("issued").asInt()).isLessThan(ids.size());
            receiver.letGo();

            for (int i = 20; i < 30; i++) {
                commands.add(Cluster.send(rest, "patient", "N" + i));
            }
            assertAllComeInOrder(patient, commands.size());
            commands.forEach(command -> Cluster.awaitStatus(rest, command, "delivered"));
            assertEachIsCommandedOnce(rest, batch, ids, List.of(one, other));
            assertAllIsTold(rest, webhook, receiver);
        }
    }

    private static String webhook(Rest rest, HeldReceiver receiver) {
        String body = "{\"name\":\"held\",\"url\":\"" + receiver.url() + "\",\"events\":[\"command.rejected\"]}";
        return "/webhooks/" + rest.post("/webhooks", body, 201).get("id").asText();
    }

    private static String batch(Rest rest, List<String> ids) {
        String body =
                "{\"payload\":\"ONCE\",\"perSecond\":5,\"selector\":{\"ids\":[\"" + String.join("\",\"", ids) + "\"]}}";
        return "/commands/batch/"
                + rest.post("/commands/batch", body, 202).get("batchId").asText();
    }

    private static void assertAllComeInOrder(SlowBoard board, int count) throws InterruptedException {
        List<String> received = new ArrayList<>();
        while (received.size() < count) {
            Mqtt3Publish command = board.next();
            String text = SlowBoard.text(command);
            // What was under way when the service died may come twice, which is what QoS 1 says.
            if (received.isEmpty() || !received.get(received.size() - 1).equals(text)) {
                received.add(text);
            }
            command.acknowledge();
        }
        assertThat(received)
                .containsExactlyElementsOf(
                        IntStream.range(0, count).mapToObj(i -> "N" + i).toList());
    }

    private static void assertEachIsCommandedOnce(Rest rest, String batch, List<String> ids, List<SlowBoard> boards)
            throws InterruptedException {
        for (SlowBoard board : boards) {
            Mqtt3Publish command = board.next();
            assertThat(SlowBoard.text(command)).isEqualTo("ONCE");
            command.acknowledge();
        }
        await().atMost(Cluster.LONG)
                .untilAsserted(
                        () -> assertThat(rest.get(batch).get("status").asText()).isEqualTo("finished"));
        assertThat(texts(rest.get(batch + "/commands?limit=1000"), "deviceId")).containsExactlyElementsOf(ids);
        assertThat(boards).noneMatch(SlowBoard::hasMore);
    }

    private static void assertAllIsTold(Rest rest, String webhook, HeldReceiver receiver) {
        await().atMost(Cluster.LONG)
                .untilAsserted(() -> assertThat(texts(rest.get(webhook + "/deliveries?limit=1000"), "status"))
                        .hasSize(UNKNOWN)
                        .containsOnly("delivered"));
        assertThat(new HashSet<>(receiver.messageIds)).as("messages").hasSize(UNKNOWN);
        assertThat(receiver.messageIds).as("attempts: four were cut short").hasSizeGreaterThanOrEqualTo(UNKNOWN + 4);
    }

    /** Row 10. */
    @Test
    void whileAllGatewaysAreUpdatedNoAcknowledgedReadingIsLostAndEveryBoardIsBackSoon() throws Exception {
        List<RollingBoard> boards = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            boards.add(new RollingBoard("roll-" + i, register("roll-" + i), i, slot -> cluster.gateway(slot)
                    .port()));
        }
        boards.forEach(RollingBoard::start);
        try {
            for (int slot = 0; slot < 2; slot++) {
                awaitThreeMoreOfEach(boards);
                cluster.gateway(slot).stop();
                awaitThreeMoreOfEach(boards);
                cluster.mend();
            }
            awaitThreeMoreOfEach(boards);
        } finally {
            for (RollingBoard board : boards) {
                board.stop();
            }
        }
        Rest rest = cluster.rest(0);
        for (RollingBoard board : boards) {
            assertThat(board.longestGap()).isLessThan(Duration.ofSeconds(60));
            await().atMost(Cluster.LONG)
                    .untilAsserted(() -> assertThat(kept(rest, board.id())).containsAll(board.acknowledged()));
        }
    }

    private static void awaitThreeMoreOfEach(List<RollingBoard> boards) {
        List<Integer> before =
                boards.stream().map(board -> board.acknowledged().size()).toList();
        await().atMost(Duration.ofSeconds(60)).until(() -> IntStream.range(0, before.size())
                .allMatch(i -> boards.get(i).acknowledged().size() >= before.get(i) + 3));
    }

    /** Row 11. */
    @Test
    void withoutPostgresBoardsStayAndAreServedAndTheApiSaysWhatIsWrong() throws Exception {
        List<SlowBoard> boards = new ArrayList<>();
        for (int slot = 0; slot < 2; slot++) {
            String id = "unmoved-" + slot;
            boards.add(new SlowBoard(cluster.gateway(slot).port(), id, register(id)).connect());
            Cluster.awaitReadyOn(cluster.rest(0), id, slot);
        }
        List<Rest> services = List.of(cluster.rest(0), cluster.rest(1));
        String accepted = Cluster.send(services.get(0), "unmoved-0", "BEFORE");
        Mqtt3Publish received = boards.get(0).next();

        cluster.wire.cut();
        try {
            for (Rest service : services) {
                assertThat(service.refused("/devices/unmoved-0", 503)).contains("the database does not answer");
            }
            received.acknowledge();
            for (int n = 0; n < 5; n++) {
                for (SlowBoard board : boards) {
                    board.report("{\"n\":" + n + "}");
                }
            }
        } finally {
            cluster.wire.mend();
        }
        Cluster.awaitStatus(services.get(1), accepted, "delivered");
        for (int slot = 0; slot < 2; slot++) {
            String id = "unmoved-" + slot;
            assertThat(boards.get(slot).connected()).isTrue();
            await().atMost(Cluster.LONG).untilAsserted(() -> assertThat(kept(services.get(0), id))
                    .containsExactlyInAnyOrder(0, 1, 2, 3, 4));
            String command = Cluster.send(services.get(1), id, "AFTER");
            boards.get(slot).next().acknowledge();
            Cluster.awaitStatus(services.get(0), command, "delivered");
        }
    }

    /** The field n of its readings in the history. */
    private static Set<Integer> kept(Rest rest, String id) {
        Set<Integer> kept = new HashSet<>();
        rest.get("/devices/" + id + "/telemetry?limit=1000")
                .get("items")
                .forEach(reading -> kept.add(reading.at("/values/n").asInt()));
        return kept;
    }

    private static List<String> texts(JsonNode page, String field) {
        List<String> texts = new ArrayList<>();
        page.get("items").forEach(item -> texts.add(item.get(field).asText()));
        return texts;
    }
}
