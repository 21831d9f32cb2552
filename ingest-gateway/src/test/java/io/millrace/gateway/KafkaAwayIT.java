package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.embedded.EmbeddedKafka;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kafka goes away and comes back while devices are connected and publish. */
@Timeout(120)
class KafkaAwayIT {
    private static final int BOUND = 4 << 20;
    /** What one connection may have on the way. */
    private static final int SHARE = BOUND / 8;

    private static final int MESSAGES = 250;
    /** Of so many messages on the way we stop to read. */
    private static final int PAUSES = SHARE / 60_000 + 1;

    private static final String FILL = "x".repeat(60_000);

    @TempDir
    Path dir;

    private final ScheduledExecutorService pinging = Executors.newSingleThreadScheduledExecutor();

    private static String reading(int n) {
        return "{\"n\":" + n + ",\"fill\":\"" + FILL + "\"}";
    }

    private interface Packet {
        byte[] bytes() throws IOException;
    }

    private static void send(RawClient client, Packet packet) {
        try {
            client.send(packet.bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean closedBehind(String device, Tail sessions) {
        return sessions.allNow(device).stream()
                .anyMatch(record -> Json.read(record.value(), SessionEvent.class) instanceof SessionEvent.Closed);
    }

    private static byte[] keepAliveOfASecond() throws IOException {
        byte[] connect = RawClient.connect("k", "k", "pw-k");
        connect[10] = 0;
        connect[11] = 1;
        return connect;
    }

    private static HttpResponse<String> post(GatewayRig.Running gateway) throws Exception {
        return send(at(gateway, "telemetry").POST(HttpRequest.BodyPublishers.ofString("{}")));
    }

    private static HttpResponse<String> poll(GatewayRig.Running gateway) throws Exception {
        return send(at(gateway, "commands?wait=30"));
    }

    private static HttpRequest.Builder at(GatewayRig.Running gateway, String resource) {
        String login = Base64.getEncoder().encodeToString("h:pw-h".getBytes(UTF_8));
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + gateway.gateway().httpPort() + "/devices/h/" + resource))
                .header("Authorization", "Basic " + login);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void nothingIsAcknowledgedOrLostAndTheSocketsStayOpen() throws Exception {
        EmbeddedKafka kafka = EmbeddedKafka.start(dir, 0);
        int port = kafka.port();
        try (GatewayRig rig = new GatewayRig(kafka.bootstrapServers())) {
            GatewayRig.Running gateway = rig.start(
                    0,
                    "flow.bytes-in-flight",
                    Integer.toString(BOUND),
                    "gateway.event-loops",
                    "1",
                    "gateway.heartbeat",
                    "500ms");
            // Does not notice so soon that Kafka is away.
            GatewayRig.Running patient = rig.start(1, "gateway.heartbeat", "1m", "gateway.lease", "3m");
            rig.register("d", "h", "q0", "k", "late");
            Tail sessions = rig.tail(rig.topics.deviceSessions());
            RawClient brief = new RawClient(gateway.port());
            RawClient lively = new RawClient(gateway.port());
            try (RawClient client = new RawClient(gateway.port())) {
                lively.send(keepAliveOfASecond());
                assertThat(lively.next()).isEqualTo("20 00 00");
                // From now on: on a slow machine Kafka takes longer to stop than this client may be silent.
                var unusedPings = pinging.scheduleWithFixedDelay(
                        () -> send(lively, () -> RawClient.hex("c0 00")), 0, 300, TimeUnit.MILLISECONDS);
                brief.send(RawClient.connect("q0", "q0", "pw-q0"));
                assertThat(brief.next()).isEqualTo("20 00 00");
                String topic = "devices/d/telemetry";
                client.send(RawClient.connect("d", "d", "pw-d"), RawClient.publish(topic, reading(0), 1, 1, false));
                assertThat(client.next()).isEqualTo("20 00 00");
                assertThat(client.next()).isEqualTo("40 00 01");

                kafka.close();
                CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                    try {
                        for (int n = 1; n < MESSAGES; n++) {
                            client.send(RawClient.publish(topic, reading(n), 1, n + 1, false));
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                long kafkaAway = System.nanoTime();
                for (int n = 0; n < 2 * PAUSES; n++) {
                    int packetId = n + 1;
                    pinging.execute(() -> send(
                            lively,
                            () -> RawClient.publish("devices/k/telemetry", reading(packetId), 1, packetId, false)));
                }
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> gateway.health().notReady().containsKey("kafka"));
                await().until(() -> gateway.gauge("gateway.inflight.bytes") >= SHARE - FILL.length());
                assertThat(client.isSilentFor(2_000)).isTrue();
                assertThat(gateway.gauge("gateway.inflight.bytes")).isLessThan(2 * SHARE + 4 * FILL.length());
                // Says what it has to say, and is gone before anybody listens.
                for (int n = 0; n < 3; n++) {
                    brief.send(RawClient.publish("devices/q0/telemetry", reading(n), 0, 0, false));
                }
                brief.send(RawClient.hex("e0 00"));
                brief.close();
                try (RawClient other = new RawClient(gateway.port())) {
                    other.send(RawClient.connect("d", "d", "pw-d"));
                    assertThat(other.next()).isEqualTo("20 00 03");
                }

                HttpResponse<String> refused = post(gateway);
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.headers().firstValue("retry-after")).isPresent();
                assertThat(refused.body()).contains("\"code\":\"unavailable\"");

                assertThat(poll(gateway).statusCode()).isEqualTo(503);

                try (RawClient late = new RawClient(patient.port())) {
                    late.send(RawClient.connect("late", "late", "pw-late"));
                    assertThat(late.next()).isEqualTo("20 00 03");
                }
                // Far beyond the time within which it must be heard, and is not, for we do not read what it sends.
                assertThat(System.nanoTime() - kafkaAway)
                        .isGreaterThan(Duration.ofSeconds(4).toNanos());
                kafka = EmbeddedKafka.start(dir, port);
                for (int n = 1; n < MESSAGES; n++) {
                    assertThat(client.next()).isEqualTo(String.format("40 %02x %02x", (n + 1) >> 8, (n + 1) & 0xff));
                }
                sent.join();
                for (int acknowledged = 0; acknowledged < 2 * PAUSES; ) {
                    String packet = lively.next();
                    assertThat(packet).isNotEqualTo("end");
                    acknowledged += packet.startsWith("40") ? 1 : 0;
                }
                assertThat(lively.next()).isEqualTo("d0");
                await().untilAsserted(
                                () -> assertThat(gateway.health().notReady()).isEmpty());
                await().until(() -> gateway.gauge("gateway.sessions") == 2);
                await().until(() -> gateway.gauge("gateway.inflight.bytes") == 0);
                assertThat(post(gateway).statusCode()).isEqualTo(202);
            }
            await().until(() -> gateway.count("gateway.sessions.closed", "reason", "client-disconnect") == 1);
            try (Tail telemetry = rig.tail(rig.topics.telemetry())) {
                assertThat(telemetry.allNow("q0")).hasSize(3);
                assertThat(telemetry.allNow("d"))
                        .map(Tail::value)
                        .containsExactlyElementsOf(IntStream.range(0, MESSAGES)
                                .mapToObj(KafkaAwayIT::reading)
                                .toList());
            }
            assertThat(gateway.count("gateway.sessions.closed", "reason", "keep-alive-timeout"))
                    .isZero();
            assertThat(gateway.sum("gateway.connects")).isEqualTo(4);
            await().until(() -> closedBehind("late", sessions));
            assertThat(patient.sum("gateway.connects")).isEqualTo(1);
            assertThat(patient.sum("gateway.sessions.closed")).isZero();
            sessions.close();
        } finally {
            pinging.shutdownNow();
            kafka.close();
        }
    }
}
