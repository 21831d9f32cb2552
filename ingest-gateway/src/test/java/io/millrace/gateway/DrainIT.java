package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.ops.Health;
import io.millrace.runtime.ops.OpsServer;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionEvent;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway is emptied: at a pace when an operator asks for it, in time when it stops. */
@Timeout(120)
class DrainIT {
    private static final Duration WAIT = Duration.ofSeconds(20);

    @Test
    void askedForByAnOperatorItLetsNobodyInAndEndsSessionsAtItsPace() throws Exception {
        try (GatewayRig rig = new GatewayRig();
                OpsServer ops = new OpsServer(
                        "127.0.0.1",
                        0,
                        Optional.empty(),
                        new Health(),
                        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
            GatewayRig.Running gateway = rig.start(0, "gateway.drain-rate", "10");
            gateway.gateway().offerDrain(ops);
            ops.start();
            String[] ids = IntStream.range(0, 10).mapToObj(i -> "dr-" + i).toArray(String[]::new);
            rig.register(ids);
            List<Clients.Watched> clients = new ArrayList<>();
            for (String id : ids) {
                clients.add(Clients.watched(gateway, id));
            }
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ops.port() + "/drain"))
                                    .POST(HttpRequest.BodyPublishers.noBody())
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(202);
            assertThat(answer.body()).isEqualTo("draining, 10 sessions are here\n");
            assertThat(gateway.health().notReady()).containsEntry("gateway", "draining");
            try (RawClient newcomer = new RawClient(gateway.port())) {
                newcomer.send(RawClient.connect("dr-0", "dr-0", "pw-dr-0"));
                assertThat(newcomer.next()).isEqualTo("20 00 03");
            }
            for (Clients.Watched client : clients) {
                assertThat(client.end()).succeedsWithin(WAIT).isEqualTo(Mqtt5DisconnectReasonCode.SERVER_SHUTTING_DOWN);
            }
            await().until(() -> gateway.gauge("gateway.sessions") == 0);
            try (Tail sessions = rig.tail(rig.topics.deviceSessions())) {
                for (String id : ids) {
                    sessions.await(r -> id.equals(Tail.key(r))
                            && Json.read(r.value(), SessionEvent.class) instanceof SessionEvent.Closed closed
                            && closed.reason() == CloseReason.GATEWAY_STOPPING);
                }
            }
        }
    }

    @Test
    void aStopEndsFewSessionsAtOnceAndTellsThem() {
        try (GatewayRig rig = new GatewayRig()) {
            GatewayRig.Running gateway = rig.start(0, "gateway.drain-timeout", "30s");
            rig.register("ds-1", "ds-2");
            List<Clients.Watched> clients = List.of(Clients.watched(gateway, "ds-1"), Clients.watched(gateway, "ds-2"));
            long start = System.nanoTime();
            rig.stop(gateway);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(25));
            for (Clients.Watched client : clients) {
                assertThat(client.end()).succeedsWithin(WAIT).isEqualTo(Mqtt5DisconnectReasonCode.SERVER_SHUTTING_DOWN);
            }
        }
    }
}
