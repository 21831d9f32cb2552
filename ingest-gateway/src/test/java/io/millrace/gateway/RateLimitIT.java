package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A device that sends too fast is slowed, and loses nothing. */
@Timeout(120)
class RateLimitIT {
    private static final int MESSAGES = 25;

    private static GatewayRig rig;
    private static GatewayRig.Running gateway;

    @BeforeAll
    static void start() {
        rig = new GatewayRig();
        gateway = rig.start(0, "gateway.event-loops", "1", "limits.messages-per-second", "5", "limits.burst", "10");
        rig.register("rl-fast", "rl-other", "rl-http");
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void byMqttItIsReadMoreSlowlyAndTheOthersAreNot() throws Exception {
        try (RawClient fast = new RawClient(gateway.port());
                RawClient other = new RawClient(gateway.port())) {
            byte[][] packets = new byte[MESSAGES][];
            for (int n = 0; n < MESSAGES; n++) {
                packets[n] = RawClient.publish("devices/rl-fast/telemetry", "{\"n\":" + n + "}", 1, n + 1, false);
            }
            fast.send(RawClient.connect("rl-fast", "rl-fast", "pw-rl-fast"));
            assertThat(fast.next()).isEqualTo("20 00 00");
            long start = System.nanoTime();
            fast.send(packets);
            other.send(
                    RawClient.connect("rl-other", "rl-other", "pw-rl-other"),
                    RawClient.publish("devices/rl-other/telemetry", "{}", 1, 1, false));
            assertThat(other.next()).isEqualTo("20 00 00");
            assertThat(other.next()).isEqualTo("40 00 01");
            for (int n = 0; n < MESSAGES; n++) {
                assertThat(fast.next()).isEqualTo(String.format("40 00 %02x", n + 1));
            }
            // 14 beyond the burst at 5 a second, less the second by which the gateway's clock may lag.
            assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(1_500));
            assertThat(gateway.count("gateway.rate.limited")).isPositive();
        }
        try (Tail telemetry = rig.tail(rig.topics.telemetry())) {
            assertThat(telemetry.allNow("rl-fast")).hasSize(MESSAGES);
        }
    }

    @Test
    void byHttpItIsToldWhenToComeAgain() throws Exception {
        String login = Base64.getEncoder().encodeToString("rl-http:pw-rl-http".getBytes(UTF_8));
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + gateway.gateway().httpPort() + "/devices/rl-http/telemetry"))
                .header("Authorization", "Basic " + login)
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        HttpClient client = HttpClient.newHttpClient();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        for (int n = 0; n < 1_000 && answer.statusCode() == 202; n++) {
            answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        }
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValueAsLong("retry-after").orElseThrow())
                .isBetween(1L, 10L);
        assertThat(answer.body()).contains("\"code\":\"rate-limited\"");
    }
}
