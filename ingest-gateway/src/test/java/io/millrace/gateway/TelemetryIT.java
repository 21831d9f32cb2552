package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import io.millrace.schemas.CommandEvent;
import io.millrace.schemas.Headers;
import io.millrace.schemas.Json;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From PUBLISH to the record and the acknowledgement. */
@Timeout(60)
class TelemetryIT {
    private static GatewayRig rig;
    private static GatewayRig.Running gateway;
    private static Tail telemetry;
    private static Tail rejected;

    @BeforeAll
    static void start() {
        rig = new GatewayRig();
        gateway = rig.start(0);
        telemetry = rig.tail(rig.topics.telemetry());
        rejected = rig.tail(rig.topics.telemetryRejected());
    }

    @AfterAll
    static void stop() {
        telemetry.close();
        rejected.close();
        rig.close();
    }

    private static Mqtt3BlockingClient connect3(String device) {
        rig.register(device);
        return Clients.device3(gateway, device);
    }

    private static Mqtt5BlockingClient connect5(String device) {
        rig.register(device);
        return Clients.device5(gateway, device);
    }

    private static void publish(Mqtt3BlockingClient client, String topic, String payload, MqttQos qos) {
        client.publishWith()
                .topic(topic)
                .payload(payload.getBytes(UTF_8))
                .qos(qos)
                .send();
    }

    private static void publish(Mqtt5BlockingClient client, String topic, String payload) {
        var unused = client.publishWith()
                .topic(topic)
                .payload(payload.getBytes(UTF_8))
                .qos(MqttQos.AT_LEAST_ONCE)
                .send();
    }

    private static ConsumerRecord<byte[], byte[]> next(Tail tail, String device) {
        return tail.await(record -> device.equals(Tail.key(record)));
    }

    @Test
    void aReadingIsInKafkaWithItsBytesBeforeItIsAcknowledged() {
        Mqtt3BlockingClient client = connect3("t-qos1");
        String payload = "{ \"temperature\" : 31.50, \"note\":\"\\u00e9 ü\" }";
        long before = System.currentTimeMillis();
        publish(client, "devices/t-qos1/telemetry", payload, MqttQos.AT_LEAST_ONCE);
        long after = System.currentTimeMillis();
        // Acknowledged: it must stand in the topic already, without waiting.
        List<ConsumerRecord<byte[], byte[]>> records = telemetry.allNow("t-qos1");
        assertThat(records).hasSize(1);
        assertThat(records.get(0).value()).isEqualTo(payload.getBytes(UTF_8));
        assertThat(records.get(0).timestamp()).isBetween(before, after);
        assertThat(records.get(0).headers().toArray()).isEmpty();
        client.disconnect();
    }

    @Test
    void qos0IsForwardedAndAChannelIsAHeader() {
        Mqtt3BlockingClient client = connect3("t-qos0");
        publish(client, "devices/t-qos0/telemetry/env/air", "{\"co2\":400}", MqttQos.AT_MOST_ONCE);
        ConsumerRecord<byte[], byte[]> record = next(telemetry, "t-qos0");
        assertThat(Headers.text(record.headers(), Headers.CHANNEL)).contains("env/air");
        client.disconnect();
    }

    @Test
    void qos2IsProducedOnceHoweverOftenItIsSent() throws Exception {
        rig.register("t-qos2");
        String topic = "devices/t-qos2/telemetry";
        try (RawClient client = new RawClient(gateway.port())) {
            client.send(RawClient.connect("t-qos2", "t-qos2", "pw-t-qos2"));
            assertThat(client.next()).isEqualTo("20 00 00");
            client.send(
                    RawClient.publish(topic, "{\"n\":1}", 2, 7, false),
                    RawClient.publish(topic, "{\"n\":1}", 2, 7, true));
            assertThat(client.next()).isEqualTo("50 00 07");
            assertThat(client.next()).isEqualTo("50 00 07");
            client.send(RawClient.publish(topic, "{\"n\":1}", 2, 7, true));
            assertThat(client.next()).isEqualTo("50 00 07");
            client.send(RawClient.release(7), RawClient.release(7));
            assertThat(client.next()).isEqualTo("70 00 07");
            assertThat(client.next()).isEqualTo("70 00 07");
            client.send(RawClient.publish(topic, "{\"n\":2}", 2, 7, false));
            assertThat(client.next()).isEqualTo("50 00 07");
        }
        assertThat(telemetry.allNow("t-qos2")).map(Tail::value).containsExactly("{\"n\":1}", "{\"n\":2}");
    }

    /** Ids may have 256 characters, a topic with its channel more; nothing of either is cut. */
    @Test
    void theLongestIdAndALongChannelAreServedAsTheyAre() throws Exception {
        String id = "t-long-" + "x".repeat(249);
        String channel = "c".repeat(200);
        rig.register(id);
        try (RawClient client = new RawClient(gateway.port())) {
            client.send(
                    RawClient.connect(id, id, "pw-" + id),
                    RawClient.publish("devices/" + id + "/telemetry/" + channel, "{\"t\":1}", 1, 1, false),
                    RawClient.subscribe("devices/" + id + "/commands", 1));
            assertThat(client.next()).isEqualTo("20 00 00");
            List<String> answers = List.of(client.next(), client.next());
            assertThat(answers).containsExactlyInAnyOrder("40 00 01", "90 00 01 01");
        }
        var record = telemetry.await(r -> id.equals(Tail.key(r)));
        assertThat(record.headers().lastHeader("channel").value()).asString().isEqualTo(channel);
        try (RawClient client = new RawClient(gateway.port())) {
            client.send(RawClient.connect(id + "x", id + "x", "pw-" + id));
            assertThat(client.next()).isEqualTo("20 00 04");
        }
    }

    @Test
    void pahoToo() throws Exception {
        rig.register("t-paho");
        try (var client = new org.eclipse.paho.client.mqttv3.MqttClient(
                "tcp://127.0.0.1:" + gateway.port(), "t-paho", new MemoryPersistence())) {
            MqttConnectOptions options = new MqttConnectOptions();
            options.setUserName("t-paho");
            options.setPassword("pw-t-paho".toCharArray());
            client.connect(options);
            for (int qos = 0; qos <= 2; qos++) {
                MqttMessage message = new MqttMessage(("{\"qos\":" + qos + "}").getBytes(UTF_8));
                message.setQos(qos);
                client.publish("devices/t-paho/telemetry", message);
            }
            client.disconnect();
        }
        assertThat(telemetry.allNow("t-paho"))
                .map(Tail::value)
                .containsExactly("{\"qos\":0}", "{\"qos\":1}", "{\"qos\":2}");
    }

    @Test
    void aBatchBecomesOneRecordForEachObject() {
        Mqtt3BlockingClient client = connect3("t-batch");
        publish(client, "devices/t-batch/telemetry", "[{\"n\":1}, {\"n\" : 2},{\"n\":3}]", MqttQos.AT_LEAST_ONCE);
        assertThat(telemetry.allNow("t-batch"))
                .map(Tail::value)
                .containsExactly("{\"n\":1}", "{\"n\" : 2}", "{\"n\":3}");
        publish(client, "devices/t-batch/telemetry", "[]", MqttQos.AT_LEAST_ONCE);
        assertThat(telemetry.allNow("t-batch")).hasSize(3);
        client.disconnect();
    }

    @Test
    void messagesSentBeforeConnackAreHandledInOrderAndAnsweredInOrder() throws Exception {
        rig.register("t-eager");
        String own = "devices/t-eager/telemetry";
        try (RawClient client = new RawClient(gateway.port())) {
            // A reading, one that is not JSON, another device's topic, and a reading: ids without order.
            client.send(
                    RawClient.connect("t-eager", "t-eager", "pw-t-eager"),
                    RawClient.publish(own, "{\"n\":1}", 1, 500, false),
                    RawClient.publish(own, "no json", 1, 3, false),
                    RawClient.publish("devices/other/telemetry", "{\"n\":2}", 1, 400, false),
                    RawClient.publish(own, "{\"n\":3}", 1, 2, false));
            assertThat(client.next()).isEqualTo("20 00 00");
            assertThat(client.next()).isEqualTo("40 01 f4");
            assertThat(client.next()).isEqualTo("40 00 03");
            assertThat(client.next()).isEqualTo("40 01 90");
            assertThat(client.next()).isEqualTo("40 00 02");
        }
        assertThat(telemetry.allNow("t-eager")).map(Tail::value).containsExactly("{\"n\":1}", "{\"n\":3}");
        assertThat(telemetry.allNow("other")).isEmpty();
    }

    @Test
    void aMessageResentWhileInFlightIsProducedOnceAndAnsweredTwice() throws Exception {
        rig.register("t-dup");
        String own = "devices/t-dup/telemetry";
        try (RawClient client = new RawClient(gateway.port())) {
            client.send(
                    RawClient.connect("t-dup", "t-dup", "pw-t-dup"),
                    RawClient.publish(own, "{\"n\":1}", 1, 9, false),
                    RawClient.publish(own, "{\"n\":1}", 1, 9, true));
            assertThat(client.next()).isEqualTo("20 00 00");
            assertThat(client.next()).isEqualTo("40 00 09");
            assertThat(client.next()).isEqualTo("40 00 09");
            // Answered before: it may stand twice, and says so.
            client.send(RawClient.publish(own, "{\"n\":1}", 1, 9, true));
            assertThat(client.next()).isEqualTo("40 00 09");
        }
        List<ConsumerRecord<byte[], byte[]>> records = telemetry.allNow("t-dup");
        assertThat(records).hasSize(2);
        assertThat(Headers.text(records.get(1).headers(), Headers.DUP)).contains("1");
    }

    @Test
    void malformedTelemetryIsKeptWithItsReason() {
        Mqtt5BlockingClient client = connect5("t-bad");
        assertThatThrownBy(() -> publish(client, "devices/t-bad/telemetry", "{\"temperature\":"))
                .isInstanceOfSatisfying(Mqtt5PubAckException.class, e -> assertThat(
                                e.getMqttMessage().getReasonCode())
                        .isEqualTo(Mqtt5PubAckReasonCode.PAYLOAD_FORMAT_INVALID));
        ConsumerRecord<byte[], byte[]> record = next(rejected, "t-bad");
        assertThat(Tail.value(record)).isEqualTo("{\"temperature\":");
        assertThat(Headers.text(record.headers(), Headers.REASON)).contains("not-json");
        assertThat(Headers.text(record.headers(), Headers.DETAIL)).contains("not JSON from byte 15");
        assertThat(Headers.text(record.headers(), Headers.TOPIC)).contains("devices/t-bad/telemetry");
        client.disconnect();
    }

    @Test
    void aMessageBeyondTheDeclaredSizeIsRefusedAndKeptCutOff() throws Exception {
        rig.register("t-large");
        String large = "{\"a\":\"" + "x".repeat(300_000) + "\"}";
        try (RawClient client = new RawClient(gateway.port())) {
            client.send(
                    RawClient.connect("t-large", "t-large", "pw-t-large"),
                    RawClient.publish("devices/t-large/telemetry", large, 1, 1, false));
            assertThat(client.next()).isEqualTo("20 00 00");
            assertThat(client.next()).isEqualTo("40 00 01");
        }
        ConsumerRecord<byte[], byte[]> record = next(rejected, "t-large");
        assertThat(Headers.text(record.headers(), Headers.REASON)).contains("too-large");
        assertThat(record.value()).hasSize(262_144);
    }

    @Test
    void anArrayOfMoreReadingsThanAMessageMayHoldIsKeptAndNoneOfThemIsTaken() {
        Mqtt5BlockingClient client = connect5("t-many");
        publish(client, "devices/t-many/telemetry", "[" + "{},".repeat(4_999) + "{}]");
        assertThatThrownBy(() -> publish(client, "devices/t-many/telemetry", "[" + "{},".repeat(5_000) + "{}]"))
                .isInstanceOfSatisfying(Mqtt5PubAckException.class, e -> assertThat(
                                e.getMqttMessage().getReasonCode())
                        .isEqualTo(Mqtt5PubAckReasonCode.QUOTA_EXCEEDED));
        assertThat(telemetry.allNow("t-many")).hasSize(5_000);
        assertThat(Headers.text(next(rejected, "t-many").headers(), Headers.DETAIL))
                .contains("5001 objects in one array, at most 5000 are taken");
        client.disconnect();
    }

    @Test
    void anotherDevicesTopicIsRefusedAndTheSocketStays() {
        Mqtt5BlockingClient client = connect5("t-foreign");
        assertThatThrownBy(() -> publish(client, "devices/t-victim/telemetry", "{}"))
                .isInstanceOfSatisfying(Mqtt5PubAckException.class, e -> assertThat(
                                e.getMqttMessage().getReasonCode())
                        .isEqualTo(Mqtt5PubAckReasonCode.NOT_AUTHORIZED));
        publish(client, "devices/t-foreign/telemetry", "{}");
        assertThat(telemetry.allNow("t-victim")).isEmpty();
        assertThat(telemetry.allNow("t-foreign")).hasSize(1);
        client.disconnect();
    }

    @Test
    void reportedStateAndResponsesHaveTopicsOfTheirOwn() {
        Mqtt5BlockingClient client = connect5("t-state");
        publish(client, "devices/t-state/state", "{\"led\":true}");
        publish(client, "devices/t-state/responses", "{\"commandId\":\"c1\",\"status\":\"succeeded\"}");
        try (Tail state = rig.tail(rig.topics.deviceState());
                Tail events = rig.tail(rig.topics.commandEvents())) {
            assertThat(state.allNow("t-state")).map(Tail::value).containsExactly("{\"led\":true}");
            assertThat(events.allNow("t-state"))
                    .map(r -> Json.read(r.value(), CommandEvent.class))
                    .singleElement()
                    .isInstanceOfSatisfying(CommandEvent.Responded.class, r -> assertThat(r.commandId())
                            .contains("c1"));
        }
        assertThatThrownBy(() -> publish(client, "devices/t-state/state", "[{}]"))
                .isInstanceOf(Mqtt5PubAckException.class);
        client.disconnect();
    }

    @Test
    void theCountersAddUp() {
        Mqtt3BlockingClient client = connect3("t-count");
        publish(client, "devices/t-count/telemetry", "{}", MqttQos.AT_LEAST_ONCE);
        publish(client, "devices/t-count/telemetry", "nope", MqttQos.AT_LEAST_ONCE);
        publish(client, "devices/elsewhere/telemetry", "{}", MqttQos.AT_LEAST_ONCE);
        client.disconnect();
        await().untilAsserted(() -> {
            double rejections = gateway.registry().find("gateway.messages.rejected").functionCounters().stream()
                    .mapToDouble(c -> c.count())
                    .sum();
            assertThat(gateway.count("gateway.messages.received"))
                    .isEqualTo(gateway.count("gateway.messages.forwarded")
                            + rejections
                            + gateway.count("gateway.messages.failed"))
                    .isGreaterThanOrEqualTo(3);
            assertThat(gateway.gauge("gateway.messages.inflight")).isZero();
        });
    }
}
