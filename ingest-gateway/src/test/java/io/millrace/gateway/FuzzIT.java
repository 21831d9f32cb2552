package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import io.millrace.schemas.Role;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/**
 * At least 100,000 spoiled packets in conversations that begin well or are spoiled from the start, over TCP and WebSocket,
 * against one gateway that serves a good device meanwhile. The same for the same {@code -Dfuzz.seed}.
 */
@Timeout(300)
class FuzzIT {
    private static final long SEED = Long.getLong("fuzz.seed", 1);
    private static final int PACKETS = Integer.getInteger("fuzz.packets", 100_000);
    private static final int THREADS = 24;
    /** Within which the gateway must have ended a connection whose client has nothing more to say. */
    private static final int PATIENCE_MILLIS = 60_000;

    private static final String GOOD_CONNECT = "10['MQTT' @ c2 003c _ '%' '%' 'pw-%']";
    private static final List<String> CONNECTS = List.of(
            GOOD_CONNECT,
            "10['MQTT' @ c6 003c _ '%' _ 'devices/%/state' '{}' '%' 'pw-%']",
            "10['MQTT' @ c2 003c _ 'eye-%' 'eye' 'eye-key']");
    private static final List<String> BOTH = List.of(
            "30['devices/%/telemetry' _ \"{}\"]",
            "32['devices/%/telemetry' 0001 _ \"{'a':1}\"]",
            "3a['devices/%/telemetry/env' 0001 _ \"[{},{},{}]\"]",
            "34['devices/%/telemetry' 0002 _ \"{}\"]",
            "62[0002 ]",
            "32['devices/%/state' 0003 _ \"{}\"]",
            "32['devices/%/responses' 0004 _ \"{}\"]",
            "32['devices/x/commands' 0005 _ \"ON\"]",
            "82[0006 _ 'devices/%/commands' 01 'devices/+/telemetry' 02 'devices/%/config' 00]",
            "a2[0007 _ 'devices/%/commands']",
            "40[0001]",
            "50[0001]",
            "70[0001]",
            "c000");
    private static final List<String> MQTT_5 = List.of(
            "32['devices/%/telemetry' 0001 [23 0001 26 'a' 'b' 01 01 02 0000003c] \"{}\"]",
            "32['' 0002 [23 0001] \"{}\"]",
            "32['devices/%/telemetry' 0003 [08 'a/b' 09 'id' 03 'text/plain'] \"{x\"]",
            "62[0002 00 [1f 'why' 26 'a' 'b']]",
            "40[0001 10 [1f 'why']]",
            "82[0006 [0b 01] 'devices/%/#' 2d]",
            "f0[18 [15 'x']]",
            "e0[04 [11 0000003c]]");
    private static final List<String> CONNECTS_5 = List.of(
            "10['MQTT' @ c2 003c [11 0000003c 21 000a 27 00000400 22 0005 19 01 17 01 26 'a' 'b'] '%' '%' 'pw-%']",
            "10['MQTT' @ c2 003c [15 'x' 16 'y'] '%' '%' 'pw-%']",
            "10['MQTT' @ c6 003c _ '%' [18 00000001 01 01 03 'x' 26 'a' 'b'] 'devices/%/state' '{}' '%' 'pw-%']");

    /** What an error in the log says: a bug of ours, or netty's about memory that nobody gave back. */
    private static final class Errors extends AppenderBase<ILoggingEvent> {
        private final Queue<String> messages = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
                messages.add(event.getFormattedMessage()
                        + (event.getThrowableProxy() == null
                                ? ""
                                : " " + event.getThrowableProxy().getMessage()));
            }
        }
    }

    private final AtomicInteger mutated = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();

    @Test
    void spoiledPacketsEndTheirOwnConnectionsAndNothingElse() throws Exception {
        Errors errors = new Errors();
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        errors.start();
        root.addAppender(errors);
        ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        try (GatewayRig rig = new GatewayRig()) {
            // As many connects as it likes; 3 unanswered messages, so that there is something to exceed.
            GatewayRig.Running gateway = rig.start(0, "mqtt.receive-maximum", "3", "mqtt.max-packet-size", "4096");
            rig.key("eye", Role.OPERATOR, "eye-key");
            rig.register(Stream.concat(Stream.of("good"), threads().map(FuzzIT::device))
                    .toArray(String[]::new));
            var good = Clients.device3(gateway, "good");
            fuzz(gateway, () -> good.publishWith()
                    .topic("devices/good/telemetry")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload("{}".getBytes(UTF_8))
                    .send());
            assertThat(good.getState().isConnected()).isTrue();
            good.disconnect();
            assertNothingIsLeft(gateway);
            System.gc();
            var another = Clients.device5(gateway, "good");
            another.disconnect();
            assertThat(gateway.count("gateway.protocol.errors")).isGreaterThan(streams.get() / 4.0);
        } finally {
            ResourceLeakDetector.setLevel(level);
            root.detachAppender(errors);
        }
        assertThat(errors.messages)
                .as("errors logged, with -Dfuzz.seed=%d", SEED)
                .isEmpty();
        assertThat(mutated.get()).isGreaterThanOrEqualTo(PACKETS);
    }

    private static Stream<Integer> threads() {
        return Stream.iterate(0, i -> i + 1).limit(THREADS);
    }

    private static String device(int thread) {
        return "fuzz-" + thread;
    }

    private void fuzz(GatewayRig.Running gateway, Runnable meanwhile) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> clients = new ArrayList<>();
            threads()
                    .forEach(i -> clients.add(pool.submit(() -> {
                        talk(gateway, i);
                        return null;
                    })));
            for (Future<?> client : clients) {
                while (!client.isDone()) {
                    meanwhile.run();
                }
                var unused = client.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError("with -Dfuzz.seed=" + SEED + ": " + e.getCause(), e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    /** One client after the other, until there were enough. The paranoid leak detector is slow: for the first part only. */
    private void talk(GatewayRig.Running gateway, int thread) throws IOException {
        for (int i = 0; mutated.get() < PACKETS; i++) {
            if (mutated.get() > PACKETS / 5) {
                ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
            }
            Mutations mutations = new Mutations(SEED * 1_000_003 + thread * 100_003L + i);
            try {
                converse(gateway, device(thread), mutations, mutations.random().nextInt(10) == 0);
            } catch (IOException e) {
                throw new IOException("thread " + thread + ", conversation " + i + ": " + e, e);
            }
            mutated.addAndGet(mutations.mutated());
            streams.incrementAndGet();
        }
    }

    private static List<byte[]> packets(List<String> notations, List<String> more, int version, String id) {
        return Stream.concat(notations.stream(), version == 5 ? more.stream() : Stream.of())
                .map(notation -> Wire.bytes(notation, version, id))
                .toList();
    }

    private static void converse(GatewayRig.Running gateway, String id, Mutations mutations, boolean webSocket)
            throws IOException {
        int version = 4 + mutations.random().nextInt(2);
        List<byte[]> packets = packets(BOTH, MQTT_5, version, id);
        try (Socket socket = new Socket("127.0.0.1", webSocket ? gateway.webSocketPort() : gateway.port())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            RawFrames out = webSocket ? RawFrames.upgrade(socket) : RawFrames.none(socket);
            if (mutations.random().nextInt(5) == 0) {
                out.write(mutations.stream(packets(CONNECTS, CONNECTS_5, version, id), 1));
            } else {
                out.write(Wire.bytes(GOOD_CONNECT, version, id));
                if (mutations.random().nextBoolean()) {
                    // CONNACK; else what follows comes before it.
                    int unused = socket.getInputStream().read();
                }
            }
            byte[] stream = mutations.stream(packets, 4 + mutations.random().nextInt(12));
            boolean dribbles = mutations.random().nextInt(50) == 0;
            for (byte[] piece : mutations.pieces(stream, dribbles ? 3 : 1_000)) {
                out.write(piece);
            }
            readToTheEnd(socket);
        } catch (SocketException e) {
            // Closed with bytes of ours unread, which is what is expected of it.
        }
    }

    private static void readToTheEnd(Socket socket) throws IOException {
        socket.shutdownOutput();
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[4_096];
        while (in.read(buffer) >= 0) {
            // What it says is for others to judge.
        }
    }

    private static void assertNothingIsLeft(GatewayRig.Running gateway) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(gateway.gauge("gateway.sessions")).as("sessions").isZero();
            assertThat(gateway.gauge("gateway.operators")).as("operators").isZero();
            assertThat(gateway.gauge("gateway.inflight.bytes")).as("bytes").isZero();
            assertThat(gateway.gauge("gateway.messages.inflight"))
                    .as("messages")
                    .isZero();
        });
    }

    /** Bytes as they are, or in WebSocket's binary frames. */
    private record RawFrames(OutputStream out, boolean framed) {
        static RawFrames none(Socket socket) throws IOException {
            return new RawFrames(socket.getOutputStream(), false);
        }

        static RawFrames upgrade(Socket socket) throws IOException {
            String request = "GET /mqtt HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(UTF_8));
            StringBuilder answer = new StringBuilder();
            while (answer.indexOf("\r\n\r\n") < 0) {
                answer.append((char) socket.getInputStream().read());
            }
            assertThat(answer).startsWith("HTTP/1.1 101");
            return new RawFrames(socket.getOutputStream(), true);
        }

        /** The masking key is 0, which leaves the bytes as they are. */
        void write(byte[] bytes) throws IOException {
            if (!framed) {
                out.write(bytes);
                return;
            }
            byte[] frame = new byte[8 + bytes.length];
            frame[0] = (byte) 0x82;
            frame[1] = (byte) (0x80 | 126);
            frame[2] = (byte) (bytes.length >> 8);
            frame[3] = (byte) bytes.length;
            System.arraycopy(bytes, 0, frame, 8, bytes.length);
            if (bytes.length < 126) {
                byte[] small = new byte[6 + bytes.length];
                small[0] = frame[0];
                small[1] = (byte) (0x80 | bytes.length);
                System.arraycopy(bytes, 0, small, 6, bytes.length);
                frame = small;
            }
            out.write(frame);
        }
    }
}
