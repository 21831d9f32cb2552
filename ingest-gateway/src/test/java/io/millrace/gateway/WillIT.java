package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.millrace.schemas.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Last wills, with and without delay, on two gateways. */
@Timeout(60)
class WillIT {
    private static GatewayRig rig;
    private static GatewayRig.Running first;
    private static GatewayRig.Running second;
    private static Tail state;

    @BeforeAll
    static void start() {
        rig = new GatewayRig();
        first = rig.start(0);
        second = rig.start(1);
        state = rig.tail(rig.topics.deviceState());
    }

    @AfterAll
    static void stop() {
        state.close();
        rig.close();
    }

    private static Mqtt5BlockingClient connected(
            GatewayRig.Running gateway, String device, boolean clean, String will, long delay, long expiry) {
        Mqtt5BlockingClient client = Clients.mqtt5(gateway, device, device, "pw-" + device);
        var unused = client.connectWith()
                .cleanStart(clean)
                .sessionExpiryInterval(expiry)
                .willPublish()
                .topic("devices/" + device + "/state")
                .qos(MqttQos.EXACTLY_ONCE)
                .payload(will.getBytes(UTF_8))
                .delayInterval(delay)
                .applyWillPublish()
                .send();
        return client;
    }

    private static void leaveWithWill(Mqtt5BlockingClient client) {
        client.disconnectWith()
                .reasonCode(Mqtt5DisconnectReasonCode.DISCONNECT_WITH_WILL_MESSAGE)
                .send();
    }

    private static String nextWill(String device) {
        return Tail.value(state.await(r -> device.equals(Tail.key(r))));
    }

    @Test
    void withoutDelayItIsPublishedAtOnceAndAfterANormalDisconnectNever() {
        rig.register("w-now");
        connected(first, "w-now", true, "{\"n\":1}", 0, 0).disconnect();
        leaveWithWill(connected(first, "w-now", true, "{\"n\":2}", 0, 0));
        assertThat(nextWill("w-now")).isEqualTo("{\"n\":2}");
        // A delay beyond the end of the session ends with it.
        leaveWithWill(connected(first, "w-now", true, "{\"n\":3}", 1_000_000, 0));
        assertThat(nextWill("w-now")).isEqualTo("{\"n\":3}");
        assertThat(state.allNow("w-now")).hasSize(2);
    }

    @Test
    void itWaitsForItsDelay() {
        rig.register("w-gone");
        Mqtt5BlockingClient client = connected(first, "w-gone", true, "{\"n\":1}", 1, 3_600);
        Instant left = Instant.now();
        leaveWithWill(client);
        var record = state.await(r -> "w-gone".equals(Tail.key(r)));
        assertThat(Instant.ofEpochMilli(record.timestamp())).isAfter(left.plus(Duration.ofMillis(900)));
    }

    /** A gateway that stops publishes the wills that wait: there are none any more. */
    @Test
    void aDeviceThatComesBackInTimeHasNoWillPublishedWhereverItComesBack() {
        try (GatewayRig own = new GatewayRig()) {
            GatewayRig.Running one = own.start(0);
            GatewayRig.Running other = own.start(1);
            own.register("w-here", "w-there", "w-still");
            leaveWithWill(connected(one, "w-here", true, "{\"n\":1}", 1_000, 3_600));
            Mqtt5BlockingClient here = connected(one, "w-here", false, "{\"n\":2}", 1_000, 3_600);
            leaveWithWill(connected(one, "w-there", true, "{\"n\":1}", 1_000, 3_600));
            Mqtt5BlockingClient there = connected(other, "w-there", false, "{\"n\":2}", 1_000, 3_600);
            // Still connected here when it comes back there.
            Mqtt5BlockingClient still = connected(one, "w-still", true, "{\"n\":1}", 1_000, 3_600);
            Mqtt5BlockingClient again = connected(other, "w-still", false, "{\"n\":2}", 1_000, 3_600);
            await().until(() -> one.gauge("gateway.wills.waiting") == 0);
            await().until(() -> !still.getState().isConnected());
            own.stop(one);
            own.stop(other);
            try (Tail wills = own.tail(own.topics.deviceState())) {
                for (String device : List.of("w-here", "w-there", "w-still")) {
                    assertThat(wills.allNow(device)).isEmpty();
                }
            }
            await().until(() -> Stream.of(here, there, again)
                    .noneMatch(client -> client.getState().isConnected()));
        }
    }

    @Test
    void aNewSessionEndsTheDelay() {
        rig.register("w-new");
        leaveWithWill(connected(first, "w-new", true, "{\"n\":1}", 1_000, 3_600));
        connected(second, "w-new", true, "{\"n\":2}", 0, 0).disconnect();
        assertThat(nextWill("w-new")).isEqualTo("{\"n\":1}");
        assertThat(state.allNow("w-new")).hasSize(1);
    }

    @Test
    void aWillThatIsNoJsonIsKeptAmongTheRejected() {
        rig.register("w-bad");
        leaveWithWill(connected(first, "w-bad", true, "offline", 0, 0));
        try (Tail rejected = rig.tail(rig.topics.telemetryRejected())) {
            var record = rejected.await(r -> "w-bad".equals(Tail.key(r)));
            assertThat(Tail.value(record)).isEqualTo("offline");
            assertThat(Headers.text(record.headers(), Headers.REASON)).contains("not-json");
        }
    }

    @Test
    void aStoppingGatewayPublishesOnlyTheWillsOfThoseThatHaveLeft() {
        try (GatewayRig own = new GatewayRig()) {
            GatewayRig.Running gateway = own.start(0);
            own.register("w-stays", "w-left");
            Mqtt5BlockingClient stays = connected(gateway, "w-stays", true, "{\"n\":1}", 0, 0);
            leaveWithWill(connected(gateway, "w-left", true, "{\"n\":2}", 1_000, 3_600));
            own.stop(gateway);
            try (Tail wills = own.tail(own.topics.deviceState())) {
                assertThat(wills.allNow("w-left")).hasSize(1);
                assertThat(wills.allNow("w-stays")).isEmpty();
            }
            await().until(() -> !stays.getState().isConnected());
        }
    }
}
