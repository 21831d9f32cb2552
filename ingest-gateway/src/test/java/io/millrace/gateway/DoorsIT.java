package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.gateway.transport.Way;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What somebody may hold of a gateway who has not said yet who he is. */
@Timeout(120)
class DoorsIT {
    private static final TestCa CA = new TestCa("doors");
    private static final byte[] CONNACK = {0x20, 2, 0, 0};

    @TempDir
    private static Path directory;

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
            board.setSoTimeout(30_000);
            for (int i = 0; i < 8; i++) {
                silent.add(new RawClient(gateway.port()));
            }
            await().until(() -> gateway.count("gateway.strangers.closed") == 6);
            board.getOutputStream().write(connect("do-slow"));
            assertThat(board.getInputStream().readNBytes(4)).isEqualTo(CONNACK);
        } finally {
            for (RawClient client : silent) {
                client.close();
            }
        }
        rig.stop(gateway);
    }

    private static byte[] get(String path, String device) {
        String credentials = Base64.getEncoder().encodeToString((device + ":pw-" + device).getBytes(UTF_8));
        return ("GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Basic " + credentials + "\r\n\r\n")
                .getBytes(UTF_8);
    }

    @Test
    void httpConnectionsWithoutARequestMakeRoomAndLongPollsStay() throws Exception {
        GatewayRig.Running gateway = rig.start(0, "gateway.event-loops", "1", "http.max-connections", "3");
        rig.register("do-poll", "do-http");
        int port = gateway.gateway().httpPort();
        List<RawClient> silent = new ArrayList<>();
        try (RawClient poll = new RawClient(port);
                Socket idle = new Socket("127.0.0.1", port, InetAddress.getByName("127.0.0.2"), 0)) {
            poll.send(get("/devices/do-poll/commands?wait=3", "do-poll"));
            idle.setSoTimeout(30_000);
            idle.getOutputStream().write(get("/devices/do-http/config", "do-http"));
            assertThat(new String(idle.getInputStream().readNBytes(12), UTF_8)).isEqualTo("HTTP/1.1 204");
            await().until(() -> gateway.gauge("gateway.sessions") == 1);
            for (int i = 0; i < 6; i++) {
                silent.add(new RawClient(port));
            }
            await().until(() -> gateway.count("gateway.http.closed", "reason", "no-room") == 5);
            assertThat(gateway.gauge("gateway.http.connections")).isEqualTo(3);
            RawClient last = silent.get(5);
            last.send(get("/devices/do-http/config", "do-http"));
            assertThat(last.readLine()).isEqualTo("HTTP/1.1 204 No Content");
            assertThat(poll.readLine()).isEqualTo("HTTP/1.1 204 No Content");
            // Whose source holds one connection only: it is still there.
            idle.getOutputStream().write(get("/devices/do-http/config", "do-http"));
            String rest = " No Content\r\n\r\n";
            assertThat(new String(idle.getInputStream().readNBytes(rest.length() + 12), UTF_8))
                    .isEqualTo(rest + "HTTP/1.1 204");
        } finally {
            for (RawClient client : silent) {
                client.close();
            }
        }
        rig.stop(gateway);
    }

    @Test
    void theHeadOfARequestMustBeThereInTimeTheFirstAndTheNext() throws Exception {
        GatewayRig.Running gateway = rig.start(0, "http.request-timeout", "1s", "http.idle-timeout", "3s");
        rig.register("do-head");
        int port = gateway.gateway().httpPort();
        try (RawClient first = new RawClient(port);
                RawClient next = new RawClient(port)) {
            next.send(get("/devices/do-head/config", "do-head"));
            assertThat(next.readLine()).isEqualTo("HTTP/1.1 204 No Content");
            dribble(first);
            dribble(next);
        }
        await().until(() -> gateway.count("gateway.http.closed", "reason", "no-request") == 2);
        rig.stop(gateway);
    }

    /** Something is always moving, until the server ends it. */
    private static void dribble(RawClient client) throws IOException {
        client.send("GET / HTTP/1.1\r\nX: ".getBytes(UTF_8));
        await().pollInterval(Duration.ofMillis(100))
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    try {
                        client.send(new byte[] {'x'});
                        return false;
                    } catch (SocketException e) {
                        return true;
                    }
                });
    }

    private static GatewayRig.Running withTls(String... more) {
        CA.issueForGateway("doors").writeTo(directory);
        List<String> settings = new ArrayList<>(List.of(
                "gateway.event-loops",
                "1",
                "mqtt.tls.certificate",
                directory.resolve("tls.crt").toString(),
                "mqtt.tls.key",
                directory.resolve("tls.key").toString()));
        settings.addAll(List.of(more));
        return rig.start(0, settings.toArray(String[]::new));
    }

    /** The CONNACK to a device that is connected from another address, as a PROXY header says. */
    private static byte[] connackOverTls(GatewayRig.Running gateway, String proxied, String id) throws IOException {
        try (Socket plain = new Socket("127.0.0.1", gateway.gateway().port(Way.MQTT_TLS))) {
            plain.setSoTimeout(20_000);
            plain.getOutputStream().write(proxied.getBytes(UTF_8));
            SSLSocket tls = (SSLSocket) CA.context().getSocketFactory().createSocket(plain, "127.0.0.1", 8883, true);
            tls.getOutputStream().write(connect(id));
            return tls.getInputStream().readNBytes(4);
        }
    }

    private static String proxied(String address) {
        return "PROXY TCP4 " + address + " 127.0.0.1 40000 8883\r\n";
    }

    @Test
    void aSourceWhoseHandshakesKeepFailingIsSentAwayBeforeTheNextAndItsNeighbourBehindTheBalancerIsNot()
            throws Exception {
        GatewayRig.Running gateway = withTls(
                "mqtt.proxy-protocol-from",
                "127.0.0.1",
                "identity.failures.per-address",
                "3",
                "identity.failures.address-interval",
                "1h");
        rig.register("do-tls");
        for (int i = 0; i < 3; i++) {
            try (RawClient plain = new RawClient(gateway.gateway().port(Way.MQTT_TLS))) {
                plain.send(proxied("203.0.113.7").getBytes(UTF_8), connect("do-tls"));
                assertThat(plain.isClosedByServer()).isTrue();
            }
        }
        await().until(() -> gateway.count("gateway.tls.failures", "reason", "not-tls") == 3);
        assertThatThrownBy(() -> connackOverTls(gateway, proxied("203.0.113.7"), "do-tls"))
                .isInstanceOf(IOException.class);
        assertThat(gateway.count("gateway.tls.failures", "reason", "limited")).isEqualTo(1);
        assertThat(connackOverTls(gateway, proxied("203.0.113.8"), "do-tls")).isEqualTo(CONNACK);
        rig.stop(gateway);
    }

    @Test
    void handshakesAreBegunAtARateAndTheOthersWait() throws Exception {
        GatewayRig.Running gateway = withTls("storm.handshakes-per-second", "4");
        String[] ids = IntStream.range(0, 6).mapToObj(i -> "do-t" + i).toArray(String[]::new);
        rig.register(ids);
        ExecutorService boards = Executors.newFixedThreadPool(ids.length);
        try {
            long start = System.nanoTime();
            List<Future<byte[]>> connacks = new ArrayList<>();
            for (String id : ids) {
                connacks.add(boards.submit(() -> connackOverTls(gateway, "", id)));
            }
            for (Future<byte[]> connack : connacks) {
                assertThat(connack.get()).isEqualTo(CONNACK);
            }
            assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.SECONDS.toNanos(1));
            assertThat(gateway.gauge("gateway.tls.handshakes.waiting")).isZero();
        } finally {
            boards.shutdownNow();
        }
        rig.stop(gateway);
    }

    @Test
    void whoFindsNoPlaceToWaitForItsHandshakeIsSentAway() throws Exception {
        GatewayRig.Running gateway = withTls(
                "storm.handshakes-per-second", "1", "storm.unauthenticated", "8", "mqtt.connect-timeout", "30s");
        List<RawClient> hasty = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                RawClient client = new RawClient(gateway.gateway().port(Way.MQTT_TLS));
                hasty.add(client);
                client.send(new byte[] {0x16, 3, 1});
            }
            await().until(() -> gateway.count("gateway.tls.failures", "reason", "busy") >= 1);
            assertThat(gateway.gauge("gateway.tls.handshakes.waiting")).isLessThanOrEqualTo(4);
        } finally {
            for (RawClient client : hasty) {
                client.close();
            }
        }
        rig.stop(gateway);
    }
}
