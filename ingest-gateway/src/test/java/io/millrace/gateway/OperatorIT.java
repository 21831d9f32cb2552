package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAckReasonCode;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.Role;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What operators see and send over MQTT. */
@Timeout(60)
class OperatorIT {
    private static GatewayRig rig;
    private static GatewayRig.Running first;
    private static GatewayRig.Running second;

    @BeforeAll
    static void start() {
        rig = new GatewayRig();
        first = rig.start(0);
        second = rig.start(1);
        rig.key("ops", Role.OPERATOR, "ops-key");
        rig.key("eye", Role.VIEWER, "eye-key");
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    /** The keys come by Kafka; the first attempts may be too early. */
    private static Mqtt5BlockingClient operator(String name, String clientId) {
        return await().ignoreExceptions()
                .until(
                        () -> {
                            Mqtt5BlockingClient client = Clients.mqtt5(first, clientId, name, name + "-key");
                            var unused = client.connect();
                            return client;
                        },
                        client -> client.getState().isConnected());
    }

    @Test
    void anOperatorSeesTheDevicesOfAllGateways() throws Exception {
        rig.register("op-a", "op-b");
        Mqtt5BlockingClient eye = operator("eye", "eye-1");
        try (var publishes = eye.publishes(MqttGlobalPublishFilter.ALL)) {
            var unused =
                    eye.subscribeWith().topicFilter("devices/+/telemetry/#").send();
            for (GatewayRig.Running gateway : List.of(first, second)) {
                String id = gateway == first ? "op-a" : "op-b";
                var device = Clients.device3(gateway, id);
                device.publishWith()
                        .topic("devices/" + id + "/telemetry/env")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .payload(("{\"from\":\"" + id + "\"}").getBytes(UTF_8))
                        .send();
                var seen = publishes.receive(30, TimeUnit.SECONDS).orElseThrow();
                assertThat(seen.getTopic()).hasToString("devices/" + id + "/telemetry/env");
                assertThat(seen.getPayloadAsBytes()).asString().isEqualTo("{\"from\":\"" + id + "\"}");
                device.disconnect();
            }
        }
        eye.disconnect();
    }

    @Test
    void anOperatorsPublishBecomesACommand() {
        Mqtt5BlockingClient ops = operator("ops", "laptop");
        var acknowledged = ops.publishWith()
                .topic("devices/op-target/commands")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload("FAN_ON".getBytes(UTF_8))
                .messageExpiryInterval(30)
                .send();
        assertThat(acknowledged.getError()).isEmpty();
        try (Tail commands = rig.tail(rig.topics.commands())) {
            var records = commands.allNow("op-target");
            assertThat(records).hasSize(1);
            CommandRequest request = CommandRequest.of(records.get(0));
            assertThat(request.payload()).asString().isEqualTo("FAN_ON");
            assertThat(request.origin()).isEqualTo(CommandRequest.Origin.OPERATOR);
            assertThat(request.user()).contains("ops");
            assertThat(request.qos()).isEqualTo(1);
            assertThat(request.expiresAt()).isEqualTo(request.createdAt().plusSeconds(30));
        }
        ops.disconnect();
    }

    @Test
    void aClientIdIsTakenOverWithTheSameKeyOnly() {
        Mqtt5BlockingClient ops = operator("ops", "shared-id");
        Mqtt5BlockingClient eye = operator("eye", "shared-id");
        // Answered, so it was not ended by the other key's connection, which came before.
        var answered = ops.subscribeWith().topicFilter("devices/+/telemetry").send();
        assertThat(answered.getReasonCodes()).hasSize(1);
        Mqtt5BlockingClient again = operator("ops", "shared-id");
        await().until(() -> !ops.getState().isConnected());
        assertThat(eye.getState().isConnected()).isTrue();
        again.disconnect();
        eye.disconnect();
    }

    @Test
    void aCommandThatWasSentExactlyOnceIsToBeDeliveredSo() {
        Mqtt5BlockingClient ops = operator("ops", "laptop-q2");
        var acknowledged = ops.publishWith()
                .topic("devices/op-exact/commands")
                .qos(MqttQos.EXACTLY_ONCE)
                .payload("FAN_ON".getBytes(UTF_8))
                .send();
        assertThat(acknowledged.getError()).isEmpty();
        try (Tail commands = rig.tail(rig.topics.commands())) {
            assertThat(commands.allNow("op-exact"))
                    .singleElement()
                    .extracting(record -> CommandRequest.of(record).qos())
                    .isEqualTo(2);
        }
        ops.disconnect();
    }

    @Test
    void theAcknowledgementOfACommandSaysItsId() {
        Mqtt5BlockingClient ops = operator("ops", "laptop-id");
        for (MqttQos qos : List.of(MqttQos.AT_LEAST_ONCE, MqttQos.EXACTLY_ONCE)) {
            var result = ops.publishWith()
                    .topic("devices/op-id/commands")
                    .qos(qos)
                    .payload("FAN_ON".getBytes(UTF_8))
                    .send();
            List<? extends Mqtt5UserProperty> properties = result instanceof Mqtt5PublishResult.Mqtt5Qos1Result one
                    ? one.getPubAck().getUserProperties().asList()
                    : ((Mqtt5PublishResult.Mqtt5Qos2Result) result)
                            .getPubRec()
                            .getUserProperties()
                            .asList();
            assertThat(properties).singleElement().satisfies(property -> {
                assertThat(property.getName()).hasToString("command-id");
                try (Tail commands = rig.tail(rig.topics.commands())) {
                    var record = commands.await(r -> CommandRequest.of(r)
                            .commandId()
                            .equals(property.getValue().toString()));
                    assertThat(Tail.key(record)).isEqualTo("op-id");
                }
            });
        }
        ops.disconnect();
    }

    @Test
    void whatADeviceSaysBesideAReadingIsInTheRecordAndComesBack() throws Exception {
        rig.register("op-beside");
        Mqtt5BlockingClient eye = operator("eye", "eye-beside");
        var device = Clients.device5(first, "op-beside");
        try (var publishes = eye.publishes(MqttGlobalPublishFilter.ALL);
                Tail telemetry = rig.tail(rig.topics.telemetry())) {
            var unused = eye.subscribeWith()
                    .topicFilter("devices/op-beside/telemetry")
                    .send();
            var unused2 = device.publishWith()
                    .topic("devices/op-beside/telemetry")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload("{\"a\":1}".getBytes(UTF_8))
                    .contentType("application/senml+json")
                    .userProperties()
                    .add("fw", "1.2")
                    .add("dup", "forged")
                    .add("fw", "1.3")
                    .applyUserProperties()
                    .send();
            var headers = telemetry.await(r -> Tail.key(r).equals("op-beside")).headers();
            assertThat(headers.toArray())
                    .extracting(h -> h.key() + "=" + new String(h.value(), UTF_8))
                    .containsExactly(
                            "content-type=application/senml+json", "mqtt.fw=1.2", "mqtt.dup=forged", "mqtt.fw=1.3");
            var seen = publishes.receive(30, TimeUnit.SECONDS).orElseThrow();
            assertThat(seen.getContentType()).get().hasToString("application/senml+json");
            assertThat(seen.getUserProperties().asList())
                    .extracting(p -> p.getName() + "=" + p.getValue())
                    .containsExactly("fw=1.2", "dup=forged", "fw=1.3");
        }
        device.disconnect();
        eye.disconnect();
    }

    @Test
    void filtersThatNoTelemetryFitsAreGrantedAndShowNothing() throws Exception {
        rig.register("op-filter");
        Mqtt5BlockingClient eye = operator("eye", "eye-filter");
        var device = Clients.device5(first, "op-filter");
        try (var publishes = eye.publishes(MqttGlobalPublishFilter.ALL)) {
            var granted = eye.subscribeWith()
                    .topicFilter("devices/+/commands")
                    .qos(MqttQos.EXACTLY_ONCE)
                    .send();
            assertThat(granted.getReasonCodes()).containsExactly(Mqtt5SubAckReasonCode.GRANTED_QOS_0);
            publish(device, "devices/op-filter/state");
            var unused = eye.subscribeWith().topicFilter("devices/op-filter/#").send();
            publish(device, "devices/op-filter/telemetry/last");
            assertThat(publishes
                            .receive(30, TimeUnit.SECONDS)
                            .orElseThrow()
                            .getTopic()
                            .toString())
                    .isEqualTo("devices/op-filter/telemetry/last");
        }
        device.disconnect();
        eye.disconnect();
    }

    private static void publish(Mqtt5BlockingClient device, String topic) {
        var unused = device.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload("{}".getBytes(UTF_8))
                .send();
    }

    @Test
    void aViewerMayNotSendCommandsNorAnOperatorTelemetry() {
        Mqtt5BlockingClient eye = operator("eye", "eye-2");
        Mqtt5BlockingClient ops = operator("ops", "laptop-2");
        assertNotAuthorized(eye, "devices/op-target/commands");
        assertNotAuthorized(ops, "devices/op-target/telemetry");
        assertNotAuthorized(ops, "elsewhere");
        eye.disconnect();
        ops.disconnect();
    }

    private static void assertNotAuthorized(Mqtt5BlockingClient client, String topic) {
        assertThatThrownBy(() -> client.publishWith()
                        .topic(topic)
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .send())
                .isInstanceOfSatisfying(Mqtt5PubAckException.class, e -> assertThat(
                                e.getMqttMessage().getReasonCode())
                        .isEqualTo(Mqtt5PubAckReasonCode.NOT_AUTHORIZED));
    }

    @Test
    void onlyTheDevicesTreeCanBeSubscribed() {
        Mqtt5BlockingClient eye = operator("eye", "eye-3");
        assertThatThrownBy(() -> eye.subscribeWith().topicFilter("#").send()).isInstanceOf(Mqtt5SubAckException.class);
        eye.disconnect();
    }

    @Test
    void aRevokedKeyEndsItsConnections() {
        rig.key("temp", Role.OPERATOR, "temp-key");
        Mqtt5BlockingClient temp = operator("temp", "temp-1");
        rig.key("temp", Role.VIEWER, "temp-key");
        await().until(() -> !temp.getState().isConnected());
    }
}
