package io.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import io.millrace.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Does once whatever makes a record on each topic of a running system that lets anonymous devices in. */
final class EveryTopic {
    /** What the rules must be for that. */
    static final String RULES = """
            rules:
              - alert: TooHot
                expr: temperature > 30
                labels: {severity: critical}
                annotations: {summary: "${device.id} is at ${temperature} °C"}
                on_firing:
                  - send: FAN_ON
              - rule: tried
                dry_run: true
                expr: temperature > 30
                send: FAN_FAST
            """;

    private final Standalone millrace;
    private final Rest rest;
    private final Rest admin;

    EveryTopic(Standalone millrace) {
        this.millrace = millrace;
        this.rest =
                new Rest(millrace.httpPort(), millrace.access().operatorKey().orElseThrow());
        this.admin = Rest.of(millrace.httpPort(), "admin", "admin-password");
    }

    static Set<String> names() {
        Set<String> names = new TreeSet<>();
        for (NewTopic topic : new Topics("").all(1, 1, (short) 1, Duration.ofDays(7))) {
            names.add(topic.name());
        }
        return names;
    }

    void stir() {
        devicesSpeakAndAreSpokenTo();
        aSessionOutlivesItsConnectionAndEnds();
        devicesAndKeysComeAndGo();
        rest.post("/rules/consumers/tried/mute", "{\"for\":\"1h\",\"reason\":\"only a test\"}", 202);
    }

    private void devicesSpeakAndAreSpokenTo() {
        try (TestDevice device = TestDevice.of(5, millrace.mqttPort(), "hot", "")) {
            device.connect();
            device.subscribe();
            device.telemetry("hot", "{\"temperature\":31}");
            assertThat(device.nextCommand(20_000)).contains("FAN_ON");
            var unusedAnswered =
                    device.publish("devices/hot/responses", "{\"status\":\"succeeded\",\"detail\":{\"rpm\":900}}");
            var unusedStated = device.publish("devices/hot/state", "{\"fan\":\"on\"}");
            var unusedBroken = device.publish("devices/hot/telemetry", "{\"temperature\":");
            var unusedCool = device.publish("devices/hot/telemetry/indoor", "{\"temperature\":20}");
        }
        Mqtt5BlockingClient talkative = MqttClient.builder()
                .useMqttVersion5()
                .identifier("talkative")
                .serverPort(millrace.mqttPort())
                .buildBlocking();
        var unusedConnected = talkative.connect();
        var unusedPublished = talkative
                .publishWith()
                .topic("devices/talkative/telemetry")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload("{\"temperature\":19}".getBytes(UTF_8))
                .contentType("application/senml+json")
                .userProperties()
                .add("firmware", "1.4.2")
                .applyUserProperties()
                .send();
        talkative.disconnect();
    }

    private void aSessionOutlivesItsConnectionAndEnds() {
        Mqtt3BlockingClient sleeper = MqttClient.builder()
                .useMqttVersion3()
                .identifier("sleeper")
                .serverPort(millrace.mqttPort())
                .buildBlocking();
        var unusedKept = sleeper.connectWith().cleanSession(false).send();
        var unusedSubscribed =
                sleeper.subscribeWith().topicFilter("devices/sleeper/commands").send();
        sleeper.disconnect();
        var unusedAnew = sleeper.connectWith().cleanSession(true).send();
        sleeper.disconnect();
    }

    private void devicesAndKeysComeAndGo() {
        rest.post(
                "/devices",
                "{\"id\":\"sold\",\"type\":\"greenhouse\",\"labels\":{\"site\":\"north\"},\"attributes\":{\"maxTemp\":8.5}}",
                201);
        assertThat(rest.status("DELETE", "/devices/sold", "")).isEqualTo(204);
        JsonNode key = admin.post("/api-keys", "{\"name\":\"line-1\",\"role\":\"provisioning\"}", 201);
        await().atMost(Duration.ofSeconds(30)).until(() -> provision(key, "{\"deviceId\":\"zero-touch\"}") == 201);
        // A device that was let in without a secret is not given to whoever has a provisioning key.
        assertThat(provision(key, "{\"deviceId\":\"hot\"}")).isEqualTo(409);
        assertThat(admin.status("DELETE", "/api-keys/" + key.get("id").asText(), ""))
                .isEqualTo(204);
    }

    /** Returns when there is one on each topic, and a tombstone where things can be deleted. */
    void awaitRecords() {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(300))
                .untilAsserted(() -> {
                    List<ConsumerRecord<byte[], byte[]>> records = KafkaTail.all(millrace.bootstrapServers(), names());
                    assertThat(records).extracting(ConsumerRecord::topic).containsAll(names());
                    assertThat(records)
                            .filteredOn(record -> record.value() == null)
                            .extracting(ConsumerRecord::topic)
                            .contains("access-keys", "device-registry", "device-session-state");
                });
    }

    private int provision(JsonNode key, String body) {
        return HttpDevice.provision(millrace.gatewayHttpPort(), key.get("key").asText(), body)
                .statusCode();
    }

    /** Each record that is not as the document says, with what is wrong with it. */
    static List<String> problems(AsyncApi published, String bootstrapServers) {
        return KafkaTail.all(bootstrapServers, names()).stream()
                .flatMap(record -> published.problems(record).stream()
                        .map(problem -> record.topic() + " " + new String(record.key(), UTF_8) + ": " + problem))
                .toList();
    }
}
