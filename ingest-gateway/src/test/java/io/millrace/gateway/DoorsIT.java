package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What somebody may hold of a gateway who has not said yet who he is. */
@Timeout(120)
class DoorsIT {
    private static GatewayRig rig;

    @BeforeAll
    static void start() {
        rig = new GatewayRig();
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    private static byte[] connect(String id) throws IOException {
        return RawClient.connect(id, id, "pw-" + id);
    }

    private static byte[] connectWithWill(String id, int bytes) {
        String will = "'devices/%/telemetry' '" + "x".repeat(bytes) + "'";
        return Wire.bytes("10 ['MQTT' 04 c6 003c '%' " + will + " '%' 'pw-%']", 4, id);
    }

    @Test
    void aFrameThatNoConnectNeedsIsNotCollected() throws Exception {
        GatewayRig.Running gateway = rig.start(0);
        rig.register("do-frame");
        RawWebSocket brief = RawWebSocket.connect(gateway, "/mqtt", "mqtt");
        brief.send(connectWithWill("do-frame", 60_000));
        assertThat(brief.next()).isEqualTo("20 02 00 00");
        RawWebSocket greedy = RawWebSocket.connect(gateway, "/mqtt", "mqtt");
        byte[] pings = new byte[200_000];
        for (int i = 0; i < pings.length; i += 2) {
            pings[i] = (byte) 0xc0;
        }
        var unused = greedy.trySend(RawWebSocket.join(connect("do-frame"), pings));
        await().until(() -> gateway.count("gateway.strangers.closed") == 1);
        await().until(() -> greedy.closed().isDone());
        rig.stop(gateway);
    }

    @Test
    void largeWillsInTheWaitingRoomAreBoundedTogether() throws Exception {
        GatewayRig.Running gateway =
                rig.start(0, "gateway.event-loops", "1", "storm.connects-per-second", "1", "storm.waiting", "6");
        String[] ids = {"do-w0", "do-w1", "do-w2", "do-w3", "do-w4"};
        rig.register(ids);
        List<RawClient> clients = new ArrayList<>();
        try {
            for (String id : ids) {
                RawClient client = new RawClient(gateway.port());
                clients.add(client);
                client.send(connectWithWill(id, 60_000));
            }
            await().until(() -> gateway.count("gateway.connects", "outcome", "busy") >= 1);
            assertThat(gateway.gauge("gateway.connects.waiting")).isLessThanOrEqualTo(2);
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
        // Whose turn it is or who has left gives his room back.
        await().until(() -> gateway.gauge("gateway.connects.waiting") == 0);
        await().until(() -> {
            try (RawClient client = new RawClient(gateway.port())) {
                client.send(connectWithWill("do-w0", 60_000));
                return client.next().equals("20 00 00");
            }
        });
        rig.stop(gateway);
    }

    @Test
    void whatIsSentBehindAConnectThatWaitsIsTakenInItsTurn() throws Exception {
        GatewayRig.Running gateway = rig.start(0, "gateway.event-loops", "1", "storm.connects-per-second", "1");
        rig.register("do-first", "do-eager");
        try (RawClient first = new RawClient(gateway.port());
                RawClient eager = new RawClient(gateway.port())) {
            first.send(connect("do-first"));
            assertThat(first.next()).isEqualTo("20 00 00");
            byte[][] packets = new byte[21][];
            packets[0] = connect("do-eager");
            for (int i = 1; i < packets.length; i++) {
                packets[i] = RawClient.publish("devices/do-eager/telemetry", "{}", 1, i, false);
            }
            eager.send(packets);
            assertThat(eager.next()).isEqualTo("20 00 00");
            assertThat(gateway.count("gateway.connects.delayed")).isEqualTo(1);
            for (int i = 1; i < packets.length; i++) {
                assertThat(eager.next()).isEqualTo(String.format("40 00 %02x", i));
            }
            eager.send(RawClient.publish("devices/do-eager/telemetry", "{}", 1, 99, false));
            assertThat(eager.next()).isEqualTo("40 00 63");
        }
        rig.stop(gateway);
    }

    @Test
    void whoOpensManySilentSocketsLosesHisOwn() throws Exception {
        GatewayRig.Running gateway = rig.start(0, "gateway.event-loops", "1", "storm.unauthenticated", "3");
        rig.register("do-slow");
        List<RawClient> silent = new ArrayList<>();
        try (Socket board = new Socket("127.0.0.1", gateway.port(), InetAddress.getByName("127.0.0.2"), 0)) {
            board.setSoTimeout(10_000);
            for (int i = 0; i < 8; i++) {
                silent.add(new RawClient(gateway.port()));
            }
            await().until(() -> gateway.count("gateway.strangers.closed") == 6);
            board.getOutputStream().write(connect("do-slow"));
            assertThat(board.getInputStream().readNBytes(4)).isEqualTo(new byte[] {0x20, 2, 0, 0});
        } finally {
            for (RawClient client : silent) {
                client.close();
            }
        }
        rig.stop(gateway);
    }
}
