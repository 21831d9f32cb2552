package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt3.message.connect.connack.Mqtt3ConnAckReturnCode;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAckReasonCode;
import io.millrace.runtime.process.StartException;
import io.millrace.schemas.Json;
import io.millrace.schemas.Role;
import io.millrace.schemas.SessionEvent;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From CONNECT to the end of a session, and who is not let in. */
@Timeout(60)
class ConnectIT {
    private static GatewayRig rig;
    private static GatewayRig.Running gateway;
    private static Tail sessions;

    @BeforeAll
    static void start() {
        rig = new GatewayRig();
        gateway = rig.start(0, "security.allow-anonymous", "true");
        sessions = rig.tail(rig.topics.deviceSessions());
    }

    @AfterAll
    static void stop() {
        sessions.close();
        rig.close();
    }

    private static void assertRefused3(String clientId, String user, String password, Mqtt3ConnAckReturnCode expected) {
        assertThatThrownBy(
                        () -> Clients.mqtt3(gateway, clientId, user, password).connect())
                .isInstanceOfSatisfying(
                        Mqtt3ConnAckException.class,
                        e -> assertThat(e.getMqttMessage().getReturnCode()).isEqualTo(expected));
    }

    private static void assertRefused5(String clientId, String user, String password, Mqtt5ConnAckReasonCode expected) {
        assertThatThrownBy(
                        () -> Clients.mqtt5(gateway, clientId, user, password).connect())
                .isInstanceOfSatisfying(
                        Mqtt5ConnAckException.class,
                        e -> assertThat(e.getMqttMessage().getReasonCode()).isEqualTo(expected));
    }

    private static List<SessionEvent> eventsOf(String device) {
        return sessions.allNow(device).stream()
                .map(record -> Json.read(record.value(), SessionEvent.class))
                .toList();
    }

    @Test
    void anUnknownDeviceAndAWrongPasswordGetTheSameRefusal() {
        rig.register("c-known");
        for (String id : List.of("c-known", "c-unknown")) {
            assertRefused3(id, id, "wrong", Mqtt3ConnAckReturnCode.BAD_USER_NAME_OR_PASSWORD);
            assertRefused5(id, id, "wrong", Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD);
            assertThat(eventsOf(id)).isEmpty();
        }
    }

    @Test
    void aClientIdThatNamesAnotherDeviceIsRefused() {
        rig.register("c-id");
        assertRefused3("other", "c-id", "pw-c-id", Mqtt3ConnAckReturnCode.IDENTIFIER_REJECTED);
        assertRefused5("other", "c-id", "pw-c-id", Mqtt5ConnAckReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
    }

    @Test
    void aDisabledDeviceIsNotAuthorized() {
        rig.register("c-off");
        rig.put("c-off", false, Optional.empty(), "pw-c-off");
        await().untilAsserted(
                        () -> assertRefused3("c-off", "c-off", "pw-c-off", Mqtt3ConnAckReturnCode.NOT_AUTHORIZED));
        assertRefused5("c-off", "c-off", "pw-c-off", Mqtt5ConnAckReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void connackSaysWhatThereIs() {
        rig.register("c-5");
        Mqtt5BlockingClient client = Clients.mqtt5(gateway, "", "c-5", "pw-c-5");
        Mqtt5ConnAck connack = client.connectWith().keepAlive(0).send();
        assertThat(connack.getRestrictions().getReceiveMaximum()).isEqualTo(100);
        assertThat(connack.getRestrictions().getMaximumPacketSize()).isEqualTo(262_144);
        assertThat(connack.getRestrictions().isRetainAvailable()).isFalse();
        assertThat(connack.getRestrictions().isSharedSubscriptionAvailable()).isFalse();
        assertThat(connack.getServerKeepAlive()).hasValue(1200);
        assertThat(connack.getAssignedClientIdentifier()).map(Object::toString).contains("c-5");
        client.disconnect();
    }

    @Test
    void aSessionIsOpenedWithItsEpochAndClosedOnce() {
        rig.register("c-life");
        var client = Clients.device3(gateway, "c-life");
        client.disconnect();
        await().until(() -> eventsOf("c-life").size() == 2);
        long epoch = sessions.allNow("c-life").get(0).offset();
        assertThat(eventsOf("c-life").get(0)).isInstanceOfSatisfying(SessionEvent.Opened.class, opened -> {
            assertThat(opened.clientId()).isEqualTo("c-life");
            assertThat(opened.protocol()).isEqualTo("mqtt-3.1.1");
            assertThat(opened.address()).isEqualTo("127.0.0.1");
        });
        assertThat(eventsOf("c-life").get(1)).isInstanceOfSatisfying(SessionEvent.Closed.class, closed -> {
            assertThat(closed.epoch()).isEqualTo(epoch);
            assertThat(closed.reason()).isEqualTo(CloseReason.CLIENT_DISCONNECT);
        });
    }

    @Test
    void aBrokenSocketIsALostConnectionAndItsWillIsPublished() throws Exception {
        rig.register("c-will");
        try (Tail telemetry = rig.tail(rig.topics.telemetry())) {
            var client = Clients.mqtt3(gateway, "c-will", "c-will", "pw-c-will");
            var unused = client.connectWith()
                    .willPublish()
                    .topic("devices/c-will/telemetry")
                    .payload("{\"online\":false}".getBytes(UTF_8))
                    .applyWillPublish()
                    .send();
            // The second connection takes over: the first ends without a DISCONNECT of its own.
            var second = Clients.device3(gateway, "c-will");
            var record = telemetry.await(r -> "c-will".equals(Tail.key(r)));
            assertThat(Tail.value(record)).isEqualTo("{\"online\":false}");
            second.disconnect();
        }
    }

    @Test
    void aWillOnAForeignTopicIsRefused() {
        rig.register("c-badwill");
        assertThatThrownBy(() -> Clients.mqtt5(gateway, "c-badwill", "c-badwill", "pw-c-badwill")
                        .connectWith()
                        .willPublish()
                        .topic("devices/other/telemetry")
                        .applyWillPublish()
                        .send())
                .isInstanceOfSatisfying(Mqtt5ConnAckException.class, e -> assertThat(
                                e.getMqttMessage().getReasonCode())
                        .isEqualTo(Mqtt5ConnAckReasonCode.NOT_AUTHORIZED));
    }

    @Test
    void withoutUserNameTheClientIdIsTheDeviceWhereThatIsAllowed() {
        var client = Clients.anonymous5(gateway, "c-anon").toBlocking();
        var unused = client.connect();
        var puback = client.publishWith()
                .topic("devices/c-anon/telemetry")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload("{}".getBytes(UTF_8))
                .send();
        assertThat(puback.getError()).isEmpty();
        client.disconnect();
    }

    @Test
    void foreignFiltersAreRefusedOneByOne() {
        rig.register("c-sub");
        var client = Clients.device5(gateway, "c-sub");
        assertThatThrownBy(() -> client.subscribeWith()
                        .addSubscription()
                        .topicFilter("devices/c-sub/#")
                        .applySubscription()
                        .addSubscription()
                        .topicFilter("devices/+/commands")
                        .applySubscription()
                        .send())
                .isInstanceOfSatisfying(Mqtt5SubAckException.class, e -> assertThat(
                                e.getMqttMessage().getReasonCodes())
                        .containsExactly(Mqtt5SubAckReasonCode.GRANTED_QOS_2, Mqtt5SubAckReasonCode.NOT_AUTHORIZED));
        client.disconnect();
    }

    @Test
    void aDeviceDisabledOrRotatedWhileConnectedIsDisconnected() {
        rig.register("c-kick", "c-rotate", "c-stay");
        var stays = Clients.device5(gateway, "c-stay");
        for (String id : List.of("c-kick", "c-rotate")) {
            boolean rotate = id.equals("c-rotate");
            Clients.Watched client = Clients.watched(gateway, id);
            rig.put(id, rotate, Optional.empty(), rotate ? "new" : "pw-" + id);
            assertThat(client.end())
                    .succeedsWithin(Duration.ofSeconds(2))
                    .isEqualTo(Mqtt5DisconnectReasonCode.NOT_AUTHORIZED);
            await().until(() -> eventsOf(id).size() == 2);
            assertThat(eventsOf(id).get(1))
                    .isInstanceOfSatisfying(SessionEvent.Closed.class, closed -> assertThat(closed.reason())
                            .isEqualTo(CloseReason.NOT_AUTHORIZED));
        }
        // Another change of a device leaves it connected.
        rig.put("c-stay", true, Optional.of("{\"interval\":5}"), "pw-c-stay");
        var answer = stays.publishWith()
                .topic("devices/c-stay/telemetry")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload("{}".getBytes(UTF_8))
                .send();
        assertThat(answer.getError()).isEmpty();
        stays.disconnect();
    }

    @Test
    void aClientThatFallsSilentIsClosed() throws Exception {
        rig.register("c-silent");
        try (RawClient client = new RawClient(gateway.port())) {
            byte[] connect = RawClient.connect("c-silent", "c-silent", "pw-c-silent");
            // The keep alive stands behind the protocol name and level: one second.
            connect[11] = 1;
            client.send(connect);
            assertThat(client.next()).isEqualTo("20 00 00");
            assertThat(client.next()).isEqualTo("end");
        }
        await().until(() -> eventsOf("c-silent").size() == 2);
        assertThat(eventsOf("c-silent").get(1))
                .isInstanceOfSatisfying(SessionEvent.Closed.class, closed -> assertThat(closed.reason())
                        .isEqualTo(CloseReason.KEEP_ALIVE_TIMEOUT));
    }

    @Test
    void garbageEndsOnlyItsOwnConnection() throws Exception {
        rig.register("c-garbage");
        try (RawClient client = new RawClient(gateway.port())) {
            client.send(
                    RawClient.connect("c-garbage", "c-garbage", "pw-c-garbage"),
                    new byte[] {(byte) 0xf1, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f});
            assertThat(client.next()).isEqualTo("20 00 00");
            assertThat(client.next()).isEqualTo("end");
        }
        try (RawClient client = new RawClient(gateway.port())) {
            client.send("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));
            assertThat(client.next()).isEqualTo("end");
        }
        await().until(() -> eventsOf("c-garbage").size() == 2);
        assertThat(eventsOf("c-garbage").get(1))
                .isInstanceOfSatisfying(SessionEvent.Closed.class, closed -> assertThat(closed.reason())
                        .isEqualTo(CloseReason.PROTOCOL_ERROR));
    }

    @Test
    void aSlotBeyondThePartitionsDoesNotStart() {
        assertThatThrownBy(() -> rig.start(2))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("gateway.slot: 2 (expected 0 to 1");
    }

    @Test
    void aPortInUseIsOneLine() {
        assertThatThrownBy(() -> rig.start(1, "mqtt.port", Integer.toString(gateway.port())))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("port " + gateway.port() + " is in use");
        assertThatThrownBy(() -> rig.start(1, "mqtt.websocket.port", Integer.toString(gateway.webSocketPort())))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("port " + gateway.webSocketPort() + " is in use")
                .hasMessageContaining("mqtt.websocket.port");
    }

    @Test
    void aStopEndsTheSessionsFirstAndThenSaysSo() {
        rig.register("c-stop");
        GatewayRig.Running other = rig.start(1);
        await().until(() -> other.gauge("gateway.registry.devices") >= 1);
        var client = Clients.device5(other, "c-stop");
        rig.stop(other);
        var stopped = sessions.await(r -> "gateway/1".equals(Tail.key(r))
                && Json.read(r.value(), SessionEvent.class) instanceof SessionEvent.GatewayStopped);
        assertThat(eventsOf("c-stop")).last().isInstanceOfSatisfying(SessionEvent.Closed.class, closed -> assertThat(
                        closed.reason())
                .isEqualTo(CloseReason.GATEWAY_STOPPING));
        assertThat(stopped.timestamp())
                .isGreaterThanOrEqualTo(sessions.allNow("c-stop").get(1).timestamp());
        await().until(() -> !client.getState().isConnected());
    }

    @Test
    void operatorsNeedARoleAndAnyClientIdWill() {
        rig.key("line", Role.PROVISIONING, "k1");
        rig.key("ops", Role.VIEWER, "k2");
        await().untilAsserted(() -> assertRefused5("whatever", "line", "k1", Mqtt5ConnAckReasonCode.NOT_AUTHORIZED));
        await().untilAsserted(() -> {
            var client = Clients.mqtt5(gateway, "", "ops", "k2");
            assertThat(client.connect().getAssignedClientIdentifier()).isPresent();
            client.disconnect();
        });
    }
}
