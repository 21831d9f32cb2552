package io.millrace.rules.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.embedded.TestKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything bad that can stand on a topic that the engine reads: counted, explained, never a stopped task. */
class HostileInputIT {

    private static final String RULES = """
            rules:
              - rule: fan
                expr: temperature > 30
                resolve_expr: temperature < 27
                send: FAN_ON
                on_resolved: [{send: FAN_OFF}]
              - alert: Ratio
                expr: temperature / zero > 1 || text.matches("(a+)+$")
                annotations: {summary: "${text}"}
              - rule: nothing-to-say
                expr: temperature > 30
                send: "${missing}"
              - alert: Fridge
                devices: {labels: {kind: fridge}}
                expr: temperature > 30
              - alert: Silent
                devices: "quiet-*"
                absent_for: 2s
            """;
    private static final String DEVICE = "esp32-01";
    private static final byte[] KEY = DEVICE.getBytes(UTF_8);

    @TempDir
    static Path kafkaData;

    @TempDir
    Path rules;

    private static TestKafka kafka;

    @BeforeAll
    static void startKafka() throws IOException {
        kafka = TestKafka.start(kafkaData);
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @Test
    void afterAllThatANormalReadingFiresItsRule() throws Exception {
        try (EngineOnKafka engine = new EngineOnKafka(kafka.bootstrapServers(), "hostile", rules.resolve("rules"))) {
            engine.rules("fan.yaml", RULES).start();
            List<String> good = goodAfterAll();
            good.forEach(reading -> engine.send(DEVICE, reading));
            int poison = poison(engine);
            int garbage = registryGarbage(engine);
            for (String topic : List.of(engine.topics.deviceSessions(), engine.topics.ruleSets())) {
                garbage(engine, topic);
            }

            engine.send(DEVICE, "{\"temperature\":31,\"zero\":0,\"text\":\"\\ud800 a\"}");
            engine.register("fridge-1", Map.of("kind", "fridge"));
            engine.send("fridge-1", "{\"temperature\":31}");
            await().untilAsserted(() -> assertThat(engine.commands(DEVICE)).containsExactly("FAN_ON"));
            await().untilAsserted(() -> assertThat(engine.alerts("fridge-1")).containsExactly("firing Fridge"));
            engine.heartbeat();
            engine.send("quiet-1", "{}");
            await().untilAsserted(() -> assertThat(engine.alerts("quiet-1")).containsExactly("firing Silent"));
            assertThat(engine.alerts(DEVICE)).containsExactly("firing Ratio");

            assertThat(engine.meter("rules.telemetry", "outcome", "poison")).isEqualTo(poison);
            assertThat(engine.meter("rules.telemetry", "outcome", "failed")).isZero();
            assertThat(engine.meter("rules.telemetry", "outcome", "evaluated")).isEqualTo(good.size() + 3);
            assertThat(engine.meter("rules.registry", "outcome", "poison")).isEqualTo(garbage);
            assertThat(engine.meter("rules.registry", "outcome", "failed")).isZero();
            assertThat(engine.meter("rules.registry", "outcome", "cut")).isEqualTo(1);
            await().untilAsserted(() -> assertThat(engine.meter("rules.output.oversized"))
                    .as("a poisonous record that has no room for its reason")
                    .isEqualTo(1));
            await().untilAsserted(() -> assertThat(engine.records(engine.topics.telemetryRejected()))
                    .hasSize(poison - 1));
            await().untilAsserted(() -> assertThat(
                            engine.meter("rules.actions", "rule", "nothing-to-say", "outcome", "template_missing"))
                    .isEqualTo(2));
            assertThat(engine.meter("rules.evaluations", "rule", "Ratio", "result", "unknown"))
                    .isPositive();
            assertThat(engine.health.notReady()).isEmpty();

            engine.stop();
            engine.start();
            engine.send(DEVICE, "{\"temperature\":20}");
            await().untilAsserted(() -> assertThat(engine.commands(DEVICE)).containsExactly("FAN_ON", "FAN_OFF"));
        }
    }

    /** Strange, but JSON objects; none of them fires a rule. */
    private static List<String> goodAfterAll() {
        String list = "0,".repeat(200_000) + "0";
        return List.of(
                "{\"temperature\":1e400,\"temperature\":-1e400}",
                "{\"temperature\":-0,\"zero\":1e-400}",
                "{\"temperature\":-12345678901234567890}",
                "{\"temperature\":\"NaN\",\"text\":\"" + "b".repeat(1_000_000) + "\"}",
                "{\"temperature\":{\"temperature\":31},\"text\":[" + list + "]}",
                "{\"temperature\":[31],\"text\":\"" + "a".repeat(16_000) + "b\"}",
                "{\"" + "n".repeat(100_000) + "\":1,\"\":2,\"tempera\\u0074ure\":3,\"text\":\"\\ud800\\udbff\"}");
    }

    /** Returns how many there are. */
    private static int poison(EngineOnKafka engine) {
        String telemetry = engine.topics.telemetry();
        List<byte[]> values = List.of(
                new byte[0],
                "NaN".getBytes(UTF_8),
                "{\"temperature\":NaN}".getBytes(UTF_8),
                "{\"temperature\":-Infinity}".getBytes(UTF_8),
                "{\"temperature\":31".getBytes(UTF_8),
                "[{\"temperature\":31}]".getBytes(UTF_8),
                ("{\"x\":" + "[".repeat(500_000)).getBytes(UTF_8),
                "{\"text\":\"\u00ff\"}".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1),
                "x".repeat(1_048_470).getBytes(UTF_8));
        values.forEach(value -> engine.write(telemetry, KEY, value));
        engine.write(telemetry, null, "{\"temperature\":31}".getBytes(UTF_8));
        engine.write(telemetry, KEY, null);
        engine.write(telemetry, new byte[] {(byte) 0xff, 0}, "{\"temperature\":31}".getBytes(UTF_8));
        return values.size() + 3;
    }

    private static int registryGarbage(EngineOnKafka engine) {
        String registry = engine.topics.deviceRegistry();
        garbage(engine, registry);
        engine.write(registry, "no device".getBytes(UTF_8), null);
        engine.write(registry, KEY, "{\"id\":\"esp32-01\",\"labels\":{\"a\":null}}".getBytes(UTF_8));
        String tags = "\"x\",".repeat(100_000) + "\"x\"";
        String device = "{\"id\":\"esp32-01\",\"enabled\":true,\"revision\":1,\"updatedAt\":\"2026-11-22T10:00:00Z\","
                + "\"attributes\":{\"tags\":[" + tags + "],\"limit\":1e400,\"deep\":" + "[".repeat(500)
                + "]".repeat(500)
                + "}}";
        engine.write(registry, KEY, device.getBytes(UTF_8));
        return GARBAGE.size() + 3;
    }

    private static final List<String> GARBAGE =
            List.of("", "not JSON", "null", "[]", "{}", "31", "{\"id\":5,\"type\":[]}", "{\"id\":".repeat(5_000));

    private static void garbage(EngineOnKafka engine, String topic) {
        GARBAGE.forEach(value -> engine.write(topic, KEY, value.getBytes(UTF_8)));
        engine.write(topic, new byte[] {(byte) 0xff, 0}, new byte[] {1, 2, 3});
    }
}
