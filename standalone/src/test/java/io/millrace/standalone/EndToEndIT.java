package io.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The running system as its users meet it: devices by a client that is not ours, people by REST, programs by Kafka. */
@Timeout(180)
class EndToEndIT {
    @TempDir
    static Path dir;

    private static Standalone millrace;
    private static Rest rest;

    @BeforeAll
    static void start() {
        millrace = new Standalone(Up.in(dir).build());
        millrace.start();
        rest = new Rest(millrace.httpPort(), millrace.access().operatorKey().orElseThrow());
    }

    /** Whatever the tests made the system write is as it is published, and it exposes what dashboards and alerts ask for. */
    @AfterAll
    static void stop() throws Exception {
        try {
            assertThat(Monitoring.exposed(millrace.opsPort()))
                    .containsAll(Monitoring.names().stream()
                            .filter(name -> !name.startsWith("gateway_tls_"))
                            .toList());
            assertThat(EveryTopic.problems(new AsyncApi(), millrace.bootstrapServers()))
                    .isEmpty();
        } finally {
            millrace.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void aHotReadingBringsFanOnAndTheCommandEndsDelivered(int mqttVersion) {
        try (TestDevice device = newDevice(mqttVersion, "hot-" + mqttVersion)) {
            device.connect();
            device.subscribe();
            device.telemetry("hot-" + mqttVersion, "{\"temperature\":31}");

            assertThat(device.nextCommand(30_000)).contains("FAN_ON");
            JsonNode command = rest.onlyCommandOf("hot-" + mqttVersion);
            await().untilAsserted(() -> {
                JsonNode now = rest.get("/commands/" + command.get("commandId").asText());
                assertThat(now.get("status").asText()).isEqualTo("delivered");
                assertThat(statuses(now)).containsExactly("queued", "sent", "delivered");
            });

            device.telemetry("hot-" + mqttVersion, "{\"temperature\":32}");
            device.telemetry("hot-" + mqttVersion, "{\"temperature\":26}");
            assertThat(device.nextCommand(30_000)).contains("FAN_OFF");
        }
    }

    @Test
    void theRulesInForceAreToldWithWhatTheyDid() {
        try (TestDevice device = newDevice(5, "ruled")) {
            device.connect();
            device.subscribe();
            device.telemetry("ruled", "{\"temperature\":31}");
            assertThat(device.nextCommand(30_000)).contains("FAN_ON");
        }
        await().untilAsserted(() -> {
            JsonNode rules = rest.get("/rules");
            assertThat(rules.get("engines")).singleElement().satisfies(engine -> {
                assertThat(engine.get("instance").asText()).isEqualTo("standalone");
                assertThat(engine.get("reloadSuccessful").asBoolean()).isTrue();
                assertThat(engine.get("partitions")).isNotEmpty();
            });
            assertThat(rules.get("items")).anySatisfy(rule -> {
                assertThat(rule.get("name").asText()).isEqualTo("fan");
                assertThat(rule.get("file").asText()).isEqualTo("default.rules.yaml");
                assertThat(rule.get("health").asText()).isEqualTo("ok");
                assertThat(rule.get("fired").asLong()).isPositive();
            });
        });
    }

    @Test
    void aRuleFileWrittenOverRestIsInForceWhenItIsAnswered() {
        JsonNode files = rest.get("/rules/files");
        assertThat(files.get("editable").asBoolean()).isTrue();
        assertThat(files.at("/items/0/file").asText()).isEqualTo("default.rules.yaml");
        assertThat(files.at("/items/0/text").asText()).contains("FAN_ON");
        String yaml = "rules: [{rule: lamp, devices: edited, expr: lux < %s, send: LED_ON}]\n";
        assertThat(rest.putRules(
                                "lamp.rules.yaml",
                                "rules: [{rule: lamp, expr: lux <, send: A}]",
                                "If-None-Match",
                                "*",
                                422)
                        .at("/problems/0/line")
                        .asInt())
                .isEqualTo(1);
        String first = rest.putRules("lamp.rules.yaml", yaml.formatted(0), "If-None-Match", "*", 200)
                .get("revision")
                .asText();
        try (TestDevice device = newDevice(5, "edited")) {
            device.connect();
            device.subscribe();
            device.telemetry("edited", "{\"lux\":5}");
            String second = rest.putRules("lamp.rules.yaml", yaml.formatted(10), "If-Match", '"' + first + '"', 200)
                    .get("revision")
                    .asText();
            rest.putRules("lamp.rules.yaml", yaml.formatted(7), "If-Match", '"' + first + '"', 412);
            device.telemetry("edited", "{\"lux\":6}");
            assertThat(device.nextCommand(30_000)).contains("LED_ON");
            rest.deleteRules("lamp.rules.yaml", second);
        }
        assertThat(rest.get("/rules").get("items").findValuesAsText("name")).doesNotContain("lamp");
    }

    @Test
    void aRuleIsTriedOnTheReadingsThatADeviceHasSent() {
        try (TestDevice device = newDevice(5, "tried")) {
            device.connect();
            device.telemetry("tried", "{\"lux\":5}");
            device.telemetry("tried", "{\"lux\":50}");
        }
        await().untilAsserted(() ->
                assertThat(rest.get("/devices/tried/telemetry").get("items")).hasSize(2));
        String question = "{\"file\":\"lamp.rules.yaml\",\"device\":\"tried\",\"text\":"
                + "\"rules: [{rule: lamp, expr: lux < 10, send: LED_ON, on_resolved: [{send: LED_OFF}]}]\"}";

        JsonNode trial = rest.post("/rules/try", question, 200);

        assertThat(trial.get("readings").asInt()).isEqualTo(2);
        assertThat(trial.get("actions").findValuesAsText("payload")).containsExactly("LED_ON", "LED_OFF");
        assertThat(trial.get("steps").findValuesAsText("state")).containsExactly("firing", "inactive");
        assertThat(trial.at("/steps/1/values/lux").asInt()).isEqualTo(50);
        assertThat(rest.get("/devices/tried/commands").get("items")).isEmpty();
    }

    @Test
    void aRuleExplainsItselfWithTheVeryMessageThatItsCommandNames() {
        try (TestDevice device = newDevice(5, "explained")) {
            device.connect();
            device.subscribe();
            device.telemetry("explained", "{\"temperature\":31}");
            assertThat(device.nextCommand(30_000)).contains("FAN_ON");
        }
        JsonNode command = rest.onlyCommandOf("explained");
        JsonNode because =
                rest.get("/commands/" + command.get("commandId").asText()).get("cause");
        String cause = because.get("record").asText();
        assertThat(cause).startsWith("telemetry/");
        JsonNode all = rest.get("/devices/explained/rules");
        assertThat("telemetry/" + all.get("lastMessage").asText()).isEqualTo(cause);
        assertThat(all.get("rules")).anySatisfy(rule -> {
            assertThat(rule.get("name").asText()).isEqualTo("fan");
            assertThat(rule.get("state").asText()).isEqualTo("firing");
        });
        JsonNode fan = rest.get("/devices/explained/rules/default/fan");
        assertThat(fan.get("transitions").findValuesAsText("cause")).contains(cause);
        assertThat(fan.get("actions").findValuesAsText("what")).containsExactly("FAN_ON");
        assertThat(fan.get("actions").findValuesAsText("cause")).containsExactly(cause);
        assertThat(fan.get("revision")).isEqualTo(because.get("revision"));
        assertThat(rest.refused("/devices/explained/rules/default/fun", 404)).contains("did you mean", "fan");
        assertThat(rest.refused("/devices/never-heard-of/rules", 404)).contains("unknown-device");
    }

    @Test
    void aHotReadingByHttpBringsFanOnByLongPollAndTheBoardsAnswerEndsIt() {
        HttpDevice device = new HttpDevice(millrace.gatewayHttpPort(), "hot-http", create("hot-http"));
        assertThat(device.post("/telemetry", "{\"temperature\":31}").statusCode())
                .isEqualTo(202);
        var given = device.get("/commands?wait=30");
        assertThat(given.statusCode()).isEqualTo(200);
        assertThat(given.body()).contains("FAN_ON");
        JsonNode command = rest.onlyCommandOf("hot-http");
        String id = command.get("commandId").asText();
        assertThat(given.body()).contains(id);
        assertThat(rest.get("/commands/" + id).get("status").asText()).isEqualTo("sent");

        assertThat(device.post("/responses", "{\"status\":\"succeeded\",\"detail\":\"fan is on\"}")
                        .statusCode())
                .isEqualTo(202);
        await().untilAsserted(() -> {
            JsonNode now = rest.get("/commands/" + id);
            assertThat(now.get("status").asText()).isEqualTo("succeeded");
            assertThat(statuses(now)).containsExactly("queued", "sent", "delivered", "succeeded");
        });
        assertThat(device.get("/commands").statusCode()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void aWrongPasswordAndAnUnknownDeviceAreRefusedAlike(int mqttVersion) {
        create("locked-" + mqttVersion);
        List<String> refusals = new java.util.ArrayList<>();
        for (String id : List.of("locked-" + mqttVersion, "nobody-" + mqttVersion)) {
            try (TestDevice device = TestDevice.of(mqttVersion, millrace.mqttPort(), id, "wrong")) {
                assertThatThrownBy(device::connect).satisfies(e -> refusals.add(String.valueOf(e.getMessage())));
            }
        }
        assertThat(refusals).hasSize(2);
        assertThat(refusals.get(0)).isEqualTo(refusals.get(1));
    }

    @Test
    void anotherDevicesTopicIsRefusedAndTheConnectionStays() {
        try (TestDevice device = newDevice(5, "curious")) {
            device.connect();
            assertThat(device.publish("devices/somebody-else/telemetry", "{\"temperature\":99}"))
                    .contains(Mqtt5PubAckReasonCode.NOT_AUTHORIZED);
            assertThat(device.connected()).isTrue();
        }
        try (TestDevice device = newDevice(3, "curious-3")) {
            device.connect();
            device.telemetry("somebody-else", "{\"temperature\":99}");
            assertThat(device.connected()).isTrue();
        }
        assertThat(KafkaTail.all(millrace.bootstrapServers(), "telemetry"))
                .noneMatch(record -> new String(record.key(), UTF_8).equals("somebody-else"));
    }

    @Test
    void malformedJsonIsRefusedWithAReasonAndKeptForALook() {
        try (TestDevice device = newDevice(5, "broken")) {
            device.connect();
            assertThat(device.publish("devices/broken/telemetry", "{\"temperature\":"))
                    .contains(Mqtt5PubAckReasonCode.PAYLOAD_FORMAT_INVALID);
            assertThat(device.connected()).isTrue();
        }
        await().untilAsserted(() -> assertThat(KafkaTail.all(millrace.bootstrapServers(), "telemetry-rejected"))
                .filteredOn(record -> new String(record.key(), UTF_8).equals("broken"))
                .singleElement()
                .satisfies(record -> {
                    assertThat(new String(record.value(), UTF_8)).isEqualTo("{\"temperature\":");
                    assertThat(new String(record.headers().lastHeader("reason").value(), UTF_8))
                            .isEqualTo("not-json");
                }));
    }

    @Test
    void theReadingIsInKafkaAsSentOnceItIsAcknowledged() {
        String json = "{ \"messageId\":7, \"temperature\":25.530, \"ledState\":false }";
        try (TestDevice device = newDevice(3, "exact")) {
            device.connect();
            device.telemetry("exact", json);
            List<ConsumerRecord<byte[], byte[]>> records = KafkaTail.all(millrace.bootstrapServers(), "telemetry");
            assertThat(records)
                    .filteredOn(record -> new String(record.key(), UTF_8).equals("exact"))
                    .singleElement()
                    .satisfies(record ->
                            assertThat(new String(record.value(), UTF_8)).isEqualTo(json));
        }
        await().untilAsserted(() -> {
            assertThat(rest.get("/devices/exact/state").toString()).contains("25.53");
            assertThat(rest.get("/devices/exact/telemetry").toString()).contains("25.53");
        });
    }

    @Test
    void aSecondConnectionTakesOverAndTheFirstOnesEndChangesNothing() {
        String secret = create("twice");
        try (TestDevice first = TestDevice.of(5, millrace.mqttPort(), "twice", secret);
                TestDevice second = TestDevice.of(5, millrace.mqttPort(), "twice", secret)) {
            first.connect();
            first.subscribe();
            second.connect();
            second.subscribe();
            await().until(() -> !first.connected());

            String id = rest.post("/devices/twice/commands", "{\"payload\":\"LED_ON\"}", 202)
                    .get("commandId")
                    .asText();
            assertThat(second.nextCommand(30_000)).contains("LED_ON");
            await().untilAsserted(() -> assertThat(
                            rest.get("/commands/" + id).get("status").asText())
                    .isEqualTo("delivered"));
            assertThat(first.commands()).isEmpty();
            assertThat(rest.get("/devices/twice").toString()).contains("\"connected\":true");
        }
    }

    @Test
    void anOfflineDeviceGetsItsCommandsInOrderWhenItComesBack() {
        try (TestDevice device = newDevice(3, "sleeper")) {
            List<String> ids = new java.util.ArrayList<>();
            for (String payload : List.of("ONE", "TWO", "THREE")) {
                ids.add(rest.post("/devices/sleeper/commands", "{\"payload\":\"" + payload + "\"}", 202)
                        .get("commandId")
                        .asText());
            }
            assertThat(rest.get("/commands/" + ids.get(0)).get("status").asText())
                    .isEqualTo("queued");

            device.connect();
            device.subscribe();
            assertThat(device.nextCommand(30_000)).contains("ONE");
            assertThat(device.nextCommand(30_000)).contains("TWO");
            assertThat(device.nextCommand(30_000)).contains("THREE");
            await().untilAsserted(() -> assertThat(ids).allSatisfy(id -> assertThat(
                            rest.get("/commands/" + id).get("status").asText())
                    .isEqualTo("delivered")));
        }
    }

    @Test
    void aCommandWhoseTimeRunsOutIsNeverWritten() {
        try (TestDevice device = newDevice(3, "late")) {
            String id = rest.post("/devices/late/commands", "{\"payload\":\"LED_ON\",\"expiresIn\":\"1s\"}", 202)
                    .get("commandId")
                    .asText();
            await().untilAsserted(() -> assertThat(
                            rest.get("/commands/" + id).get("status").asText())
                    .isEqualTo("expired"));
            device.connect();
            device.subscribe();
            rest.post("/devices/late/commands", "{\"payload\":\"LED_OFF\"}", 202);
            assertThat(device.nextCommand(30_000)).contains("LED_OFF");
        }
    }

    @Test
    void aBoardWithAProvisioningKeyGetsItsSecretOnceAndSendsAtOnce() throws Exception {
        String key = Rest.of(millrace.httpPort(), "admin", "admin-password")
                .post("/api-keys", "{\"name\":\"line-1\",\"role\":\"provisioning\"}", 201)
                .get("key")
                .asText();
        await().pollInterval(Duration.ofMillis(250))
                .until(() -> HttpDevice.provision(millrace.gatewayHttpPort(), key, "{}")
                                .statusCode()
                        == 400);

        var told = HttpDevice.provision(
                millrace.gatewayHttpPort(), key, "{\"deviceId\":\"zero-touch\",\"type\":\"greenhouse\"}");
        assertThat(told.statusCode()).as(told.body()).isEqualTo(201);
        String secret = new ObjectMapper().readTree(told.body()).get("secret").asText();
        try (TestDevice device = TestDevice.of(3, millrace.mqttPort(), "zero-touch", secret)) {
            device.connect();
            device.telemetry("zero-touch", "{\"temperature\":20}");
        }
        assertThat(rest.get("/devices/zero-touch").get("type").asText()).isEqualTo("greenhouse");
        assertThat(HttpDevice.provision(millrace.gatewayHttpPort(), key, "{\"deviceId\":\"zero-touch\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(new Rest(millrace.httpPort(), key).status("GET", "/devices", ""))
                .isEqualTo(403);
    }

    @Test
    void theOpsPortSaysReadyAndCountersAddUp() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        String base = "http://127.0.0.1:" + millrace.opsPort();
        assertThat(client.send(
                                HttpRequest.newBuilder(URI.create(base + "/ready"))
                                        .build(),
                                BodyHandlers.ofString())
                        .body())
                .isEqualTo("ok\n");
        String metrics = client.send(
                        HttpRequest.newBuilder(URI.create(base + "/metrics")).build(), BodyHandlers.ofString())
                .body();
        assertThat(metrics).contains("gateway_", "rules_", "commands_", "jvm_memory_used_bytes");
    }

    @Test
    void withoutAKeyTheApiAnswersNothing() {
        Rest nobody = new Rest(millrace.httpPort(), "nonsense");
        assertThat(nobody.status("GET", "/devices", "")).isEqualTo(401);
        assertThat(nobody.status("POST", "/devices/x/commands", "{\"payload\":\"X\"}"))
                .isEqualTo(401);
    }

    private static TestDevice newDevice(int mqttVersion, String id) {
        return TestDevice.of(mqttVersion, millrace.mqttPort(), id, create(id));
    }

    /** Returns once the gateway knows the device: registration reaches it by Kafka, some milliseconds after the answer. */
    private static String create(String id) {
        String secret = rest.post("/devices", "{\"id\":\"" + id + "\"}", 201)
                .get("secret")
                .asText();
        try (TestDevice probe = TestDevice.of(3, millrace.mqttPort(), id, secret)) {
            await().pollInterval(Duration.ofMillis(250)).ignoreExceptions().until(() -> {
                probe.connect();
                return true;
            });
        }
        return secret;
    }

    private static List<String> statuses(JsonNode command) {
        return StreamSupport.stream(command.get("timeline").spliterator(), false)
                .map(step -> step.get("status").asText())
                .toList();
    }
}
