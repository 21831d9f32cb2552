package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionEvent;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two connections of one device: the newer wins, wherever it is. */
@Timeout(60)
class TakeoverIT {
    private static final Duration WAIT = Duration.ofSeconds(30);

    private static GatewayRig rig;
    private static GatewayRig.Running first;
    private static GatewayRig.Running second;
    private static Tail sessions;

    @BeforeAll
    static void start() {
        rig = new GatewayRig();
        first = rig.start(0);
        second = rig.start(1);
        sessions = rig.tail(rig.topics.deviceSessions());
    }

    @AfterAll
    static void stop() {
        sessions.close();
        rig.close();
    }

    private static void assertTakenOver(String device, GatewayRig.Running old, GatewayRig.Running young) {
        rig.register(device);
        Clients.Watched before = Clients.watched(old, device);
        Mqtt5BlockingClient after = Clients.device5(young, device);
        assertThat(before.end()).succeedsWithin(WAIT).isEqualTo(Mqtt5DisconnectReasonCode.SESSION_TAKEN_OVER);
        await().until(() -> sessions.allNow(device).size() == 3);
        var records = sessions.allNow(device);
        List<SessionEvent> events = records.stream()
                .map(r -> Json.read(r.value(), SessionEvent.class))
                .toList();
        assertThat(events.get(2)).isInstanceOfSatisfying(SessionEvent.Closed.class, closed -> {
            assertThat(closed.epoch()).isEqualTo(records.get(0).offset());
            assertThat(closed.reason()).isEqualTo(CloseReason.TAKEN_OVER);
        });
        assertThat(after.getState().isConnected()).isTrue();
        assertThat(young.gauge("gateway.sessions")).isEqualTo(1);
        after.disconnect();
        await().until(() -> young.gauge("gateway.sessions") == 0);
    }

    @Test
    void onTheSameGateway() {
        assertTakenOver("to-same", first, first);
    }

    @Test
    void acrossGateways() {
        assertTakenOver("to-other", first, second);
        assertTakenOver("to-back", second, first);
    }

    /** Whoever reads {@code device-sessions} takes the older session for over by then. */
    @Test
    void aNewcomerThatLeavesBeforeItsConnackEndsTheOlderSessionToo() throws Exception {
        rig.register("to-fleeting");
        Clients.Watched before = Clients.watched(first, "to-fleeting");
        try (RawClient newcomer = new RawClient(first.port())) {
            newcomer.send(RawClient.connect("to-fleeting", "to-fleeting", "pw-to-fleeting"));
        }
        assertThat(before.end()).succeedsWithin(WAIT).isEqualTo(Mqtt5DisconnectReasonCode.SESSION_TAKEN_OVER);
        await().until(() -> first.gauge("gateway.sessions") == 0);
    }

    @Test
    void aGatewayWhoseSlotIsTakenEndsItsSessionsAndIsNotReady() {
        try (GatewayRig own = new GatewayRig()) {
            GatewayRig.Running old = own.start(0);
            own.register("to-slot");
            var client = Clients.watched(old, "to-slot");
            GatewayRig.Running young = own.start(0);
            assertThat(client.end()).succeedsWithin(WAIT).isEqualTo(Mqtt5DisconnectReasonCode.SERVER_BUSY);
            assertThat(old.health().notReady()).containsKey("gateway-slot");
            assertThat(young.health().notReady()).isEmpty();
            try (Tail events = own.tail(own.topics.deviceSessions())) {
                var closed = events.await(r -> "to-slot".equals(Tail.key(r))
                        && Json.read(r.value(), SessionEvent.class) instanceof SessionEvent.Closed);
                assertThat(((SessionEvent.Closed) Json.read(closed.value(), SessionEvent.class)).reason())
                        .isEqualTo(CloseReason.LEASE_LOST);
            }
        }
    }

    @Test
    void manyAtOnceLeaveOneAndCloseEveryOther() {
        rig.register("to-storm");
        List<Mqtt5BlockingClient> clients = IntStream.range(0, 8)
                .mapToObj(i -> Clients.mqtt5(i % 2 == 0 ? first : second, "to-storm", "to-storm", "pw-to-storm"))
                .toList();
        var connects = clients.stream().map(c -> c.toAsync().connect()).toList();
        connects.forEach(c -> c.handle((connack, refused) -> connack).join());
        await().untilAsserted(() -> {
            var records = sessions.allNow("to-storm");
            Map<Boolean, List<SessionEvent>> events = records.stream()
                    .map(r -> Json.read(r.value(), SessionEvent.class))
                    .collect(Collectors.partitioningBy(SessionEvent.Opened.class::isInstance));
            assertThat(events.get(true)).hasSize(8);
            assertThat(events.get(false))
                    .hasSize(7)
                    .extracting(e -> ((SessionEvent.Closed) e).epoch())
                    .doesNotHaveDuplicates();
        });
        assertThat(first.gauge("gateway.sessions") + second.gauge("gateway.sessions"))
                .isEqualTo(1);
        clients.stream().filter(c -> c.getState().isConnected()).forEach(Mqtt5BlockingClient::disconnect);
        await().until(() -> first.gauge("gateway.sessions") + second.gauge("gateway.sessions") == 0);
    }
}
