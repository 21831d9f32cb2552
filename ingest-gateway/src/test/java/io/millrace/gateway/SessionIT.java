package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionEvent;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions that outlive their connections, on two gateways. */
@Timeout(60)
class SessionIT {
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

    private static boolean isPresent3(GatewayRig.Running gateway, String device, boolean clean) {
        Mqtt3BlockingClient client = Clients.mqtt3(gateway, device, device, "pw-" + device);
        boolean present = client.connectWith().cleanSession(clean).send().isSessionPresent();
        client.disconnect();
        return present;
    }

    private static Mqtt5ConnAck connect(Mqtt5BlockingClient client, boolean clean, long expirySeconds) {
        return client.connectWith()
                .cleanStart(clean)
                .sessionExpiryInterval(expirySeconds)
                .send();
    }

    private static Mqtt5BlockingClient mqtt5(GatewayRig.Running gateway, String device) {
        return Clients.mqtt5(gateway, device, device, "pw-" + device);
    }

    @Test
    void aCommandComesByAnotherGatewayWithoutANewSubscribe() throws Exception {
        rig.register("s-move");
        Mqtt3BlockingClient before = Clients.mqtt3(first, "s-move", "s-move", "pw-s-move");
        assertThat(before.connectWith().cleanSession(false).send().isSessionPresent())
                .isFalse();
        var granted = before.subscribeWith()
                .topicFilter("devices/s-move/commands")
                .qos(MqttQos.AT_LEAST_ONCE)
                .send();
        assertThat(granted.getReturnCodes()).hasSize(1);
        long old = rig.awaitReady(sessions, "s-move").epoch();
        // Still connected there: the second gateway takes over.
        Mqtt3BlockingClient after = Clients.mqtt3(second, "s-move", "s-move", "pw-s-move");
        try (var publishes = after.publishes(MqttGlobalPublishFilter.ALL)) {
            assertThat(after.connectWith().cleanSession(false).send().isSessionPresent())
                    .isTrue();
            SessionEvent.Ready ready = rig.awaitReady(sessions, "s-move");
            assertThat(ready.slot()).isEqualTo(1);
            assertThat(ready.qos()).isEqualTo(1);
            assertThat(ready.epoch()).isGreaterThan(old);
            rig.dispatch("c-1", "s-move", 1, ready.epoch(), "LED_ON");
            assertThat(publishes.receive(30, TimeUnit.SECONDS).orElseThrow().getPayloadAsBytes())
                    .asString()
                    .isEqualTo("LED_ON");
        }
        after.disconnect();
    }

    @Test
    void aCleanStartDiscardsWhatWasAndACleanSessionLeavesNothing() {
        rig.register("s-clean");
        assertThat(isPresent3(first, "s-clean", false)).isFalse();
        assertThat(isPresent3(second, "s-clean", false)).isTrue();
        assertThat(isPresent3(second, "s-clean", false)).isTrue();
        assertThat(isPresent3(first, "s-clean", true)).isFalse();
        assertThat(isPresent3(second, "s-clean", false)).isFalse();
    }

    @Test
    void aSessionIsThereAfterItsGatewayWasRestarted() throws Exception {
        try (GatewayRig own = new GatewayRig()) {
            GatewayRig.Running gateway = own.start(0);
            own.register("s-restart");
            MqttConnectOptions options = new MqttConnectOptions();
            options.setCleanSession(false);
            options.setUserName("s-restart");
            options.setPassword("pw-s-restart".toCharArray());
            BlockingQueue<String> got = new LinkedBlockingQueue<>();
            MemoryPersistence memory = new MemoryPersistence();
            try (MqttClient paho = new MqttClient("tcp://127.0.0.1:" + gateway.port(), "s-restart", memory)) {
                assertThat(paho.connectWithResult(options).getSessionPresent()).isFalse();
                paho.subscribe("devices/s-restart/#", 2);
                own.stop(gateway);
                await().until(() -> !paho.isConnected());
            }
            gateway = own.start(0);
            own.register();
            GatewayRig.Running restarted = gateway;
            await().until(() -> restarted.gauge("gateway.registry.devices") == 1);
            try (Tail news = own.tail(own.topics.deviceSessions());
                    MqttClient paho = new MqttClient("tcp://127.0.0.1:" + gateway.port(), "s-restart", memory)) {
                paho.setCallback(new Received(got));
                assertThat(paho.connectWithResult(options).getSessionPresent()).isTrue();
                var ready = news.await(r -> Json.read(r.value(), SessionEvent.class) instanceof SessionEvent.Ready one
                        && one.epoch() > 0
                        && one.incarnation() > 0);
                long epoch = ((SessionEvent.Ready) Json.read(ready.value(), SessionEvent.class)).epoch();
                own.dispatch("c-1", "s-restart", 0, epoch, "LED_ON", 2);
                assertThat(got.poll(20, TimeUnit.SECONDS)).isEqualTo("LED_ON");
                paho.disconnect();
            }
        }
    }

    private record Received(BlockingQueue<String> messages) implements org.eclipse.paho.client.mqttv3.MqttCallback {
        @Override
        public void connectionLost(Throwable cause) {}

        @Override
        public void messageArrived(String topic, org.eclipse.paho.client.mqttv3.MqttMessage message) {
            messages.add(new String(message.getPayload(), UTF_8));
        }

        @Override
        public void deliveryComplete(org.eclipse.paho.client.mqttv3.IMqttDeliveryToken token) {}
    }

    @Test
    void anMqtt5SessionLastsAsLongAsItsExpiry() {
        rig.register("s-5");
        Mqtt5BlockingClient client = mqtt5(first, "s-5");
        Mqtt5ConnAck connack = connect(client, false, 400_000_000L);
        assertThat(connack.isSessionPresent()).isFalse();
        assertThat(connack.getSessionExpiryInterval())
                .hasValue(Duration.ofDays(7).toSeconds());
        client.disconnect();
        connack = connect(client, false, 1);
        assertThat(connack.isSessionPresent()).isTrue();
        assertThat(connack.getSessionExpiryInterval()).isEmpty();
        client.disconnect();
        // A second has to pass; the session is over then, however long this takes.
        await().pollDelay(Duration.ofMillis(2_100)).until(() -> true);
        assertThat(connect(client, false, 60).isSessionPresent()).isFalse();
        client.disconnectWith().sessionExpiryInterval(0).send();
        assertThat(connect(client, false, 0).isSessionPresent()).isFalse();
        client.disconnect();
    }

    /** MQTT 5, 3.14.2.2.2: a session that ends with its connection cannot be kept after all. */
    @Test
    void aDisconnectMayNotMakeACleanSessionAPersistentOne() throws Exception {
        rig.register("s-82");
        try (RawClient client = new RawClient(first.port())) {
            client.send(RawClient.hex("10 20 00 04 4d 51 54 54 05 c2 00 3c 00 00 04 73 2d 38 32 00 04 73 2d 38 32"
                    + " 00 07 70 77 2d 73 2d 38 32"));
            assertThat(client.next()).startsWith("20 ");
            client.send(RawClient.hex("e0 07 00 05 11 00 00 00 0a"));
            assertThat(client.next()).startsWith("e0 ").contains(" 82");
            assertThat(client.next()).isEqualTo("end");
        }
    }
}
