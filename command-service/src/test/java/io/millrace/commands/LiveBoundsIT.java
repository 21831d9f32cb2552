package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.commands.Listener.Event;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.sql.SQLException;
import java.time.Duration;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What listeners to {@code GET /live} can do to the service, and to each other. */
@Timeout(90)
class LiveBoundsIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    /** More in sum than sockets and queues can hold. */
    private static final int READINGS = 200;

    private static final String LONG = "x".repeat(100_000);
    private static final int SMALL = 4_096;
    private static final int HASTY = 50;
    private static Fleet fleet;
    private static FakeGateway gateway;

    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start(
                Neighbours.get().newFleet().override("http.live.clients", 2).override("http.idle-timeout", "3s"));
        gateway = fleet.gateway(0);
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void whoReadsNothingIsCutOffAndNobodyElseIsDisturbed() throws Exception {
        try (Socket deaf = ask("?device=much&event=telemetry");
                Listener quick = new Listener(fleet, "Bearer " + fleet.key(), "?device=much&event=telemetry")) {
            assertThat(deaf.isConnected()).isTrue();
            for (int i = 0; i < READINGS; i++) {
                hears(quick, i);
            }
            await().atMost(SOON).until(() -> {
                hears(quick, READINGS);
                return isAccepted();
            });
            assertThat(quick.hasMore()).isFalse();
        }
    }

    @Test
    void whoGoesAwayLeavesHisPlaceToOthersEvenBeforeHeHeardAWord() throws Exception {
        for (int i = 0; i < HASTY; i++) {
            try (Socket hasty = ask("?event=alert")) {
                hasty.setSoLinger(true, 0);
            }
        }
        await().atMost(SOON).until(LiveBoundsIT::isAccepted);
        Listener first = new Listener(fleet, "Bearer " + fleet.key(), "?event=alert");
        try (Listener second = new Listener(fleet, "Bearer " + fleet.key(), "?event=presence")) {
            assertThat(isAccepted()).isFalse();
            first.close();
            await().atMost(SOON).until(LiveBoundsIT::isAccepted);
            gateway.open(fleet.device("still-heard"));
            assertThat(second.next("presence").data().path("deviceId").asText()).isEqualTo("still-heard");
        }
    }

    private static void hears(Listener listener, int n) throws InterruptedException {
        long unused = gateway.send(new ProducerRecord<>(
                fleet.topics().telemetry(),
                "much".getBytes(UTF_8),
                ("{\"n\":" + n + ",\"long\":\"" + LONG + "\"}").getBytes(UTF_8)));
        Event event = listener.next();
        assertThat(event.name()).isEqualTo("telemetry");
        assertThat(event.data().at("/values/n").asInt()).isEqualTo(n);
    }

    /** Whether there is room for one more, who goes away again at once. */
    private static boolean isAccepted() throws IOException {
        try (Socket one = ask("?event=command")) {
            one.setSoTimeout(10_000);
            String status = new String(one.getInputStream().readNBytes("HTTP/1.1 200".length()), UTF_8);
            assertThat(status).isIn("HTTP/1.1 200", "HTTP/1.1 429");
            return status.endsWith("200");
        }
    }

    /** A client that asks, and does not read what comes. */
    private static Socket ask(String query) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(SMALL);
        socket.connect(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), fleet.service().httpPort()));
        socket.getOutputStream().write(("""
                GET /api/v1/live%s HTTP/1.1\r
                Host: localhost\r
                Authorization: Bearer %s\r
                \r
                """.formatted(query, fleet.key())).getBytes(UTF_8));
        return socket;
    }
}
