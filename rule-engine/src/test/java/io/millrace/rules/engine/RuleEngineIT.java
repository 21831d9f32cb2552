package io.millrace.rules.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.embedded.TestKafka;
import io.millrace.rules.evaluation.DeviceTime;
import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.model.RuleSet;
import io.millrace.runtime.process.StartException;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.Headers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class RuleEngineIT {

    private static final String FAN = """
            rules:
              - rule: fan
                expr: temperature > 30
                resolve_expr: temperature < 27
                send: FAN_ON
                on_resolved: [{send: FAN_OFF}]
              - alert: TooHot
                expr: temperature > 40
                labels: {severity: critical}
            """;

    @TempDir
    static Path kafkaData;

    @TempDir
    Path rules;

    private static TestKafka kafka;
    private EngineOnKafka engine;

    @BeforeAll
    static void startKafka() throws IOException {
        kafka = TestKafka.start(kafkaData);
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @BeforeEach
    void engineOfItsOwn(TestInfo test) {
        String name = test.getTestMethod().orElseThrow().getName();
        engine = new EngineOnKafka(kafka.bootstrapServers(), name, rules.resolve("rules"));
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    @Test
    void aReadingBecomesACommandAndAnAlertPair() throws Exception {
        engine.rules("fan.yaml", FAN).start();
        assertThat(engine.health.notReady()).isEmpty();

        String cause = engine.send("esp32-01", "{\"temperature\":31}");
        await().untilAsserted(() -> assertThat(engine.commands("esp32-01")).containsExactly("FAN_ON"));
        CommandRequest command = engine.commandRequests().get(0);
        assertThat(command.rule()).contains("fan/fan");
        assertThat(command.cause()).contains(cause);
        assertThat(command.origin()).isEqualTo(CommandRequest.Origin.RULE);
        assertThat(Duration.between(command.createdAt(), command.expiresAt())).isEqualTo(Duration.ofSeconds(60));

        engine.send("esp32-01", "{\"temperature\":41}");
        engine.send("esp32-01", "{\"temperature\":26}");
        await().untilAsserted(() -> assertThat(engine.commands("esp32-01")).containsExactly("FAN_ON", "FAN_OFF"));
        await().untilAsserted(() ->
                assertThat(engine.alerts("esp32-01")).containsExactly("firing TooHot", "resolved TooHot"));
        assertThat(engine.alertEvents().get(0).fingerprint())
                .isEqualTo(engine.alertEvents().get(1).fingerprint());
        assertThat(new String(engine.records(engine.topics.alerts()).get(0).key(), UTF_8))
                .isEqualTo("TooHot/esp32-01");
        await().untilAsserted(() -> assertThat(engine.meter("rules.actions", "rule", "fan", "outcome", "sent"))
                .isEqualTo(2));
        assertThat(engine.meter("rules.telemetry", "outcome", "evaluated")).isEqualTo(3);
    }

    @Test
    void aTimerFiresByTheClockWhenNobodySpeaks() throws Exception {
        engine.rules("hot.yaml", "rules: [{alert: Hot, expr: temperature > 30, for: 1s}]")
                .start();
        engine.send("esp32-01", "{\"temperature\":31}");
        await().untilAsserted(() -> assertThat(engine.alerts("esp32-01")).containsExactly("firing Hot"));
        assertThat(engine.alertEvents().get(0).cause()).startsWith("timer/");
    }

    @Test
    void aSilentDeviceIsNoticedWhileItsGatewayLives() throws Exception {
        engine.rules("silent.yaml", "rules: [{alert: DeviceSilent, absent_for: 2s}]")
                .start();
        engine.heartbeat();
        engine.register("never-seen", Map.of());
        engine.send("esp32-01", "{}");
        await().untilAsserted(() -> assertThat(engine.alerts("esp32-01")).containsExactly("firing DeviceSilent"));
        await().untilAsserted(() -> assertThat(engine.alerts("never-seen")).containsExactly("firing DeviceSilent"));
        engine.send("esp32-01", "{}");
        await().untilAsserted(() ->
                assertThat(engine.alerts("esp32-01")).startsWith("firing DeviceSilent", "resolved DeviceSilent"));
    }

    @Test
    void aRestartRepeatsNothingAndForgetsNothing() throws Exception {
        engine.rules("fan.yaml", FAN).start();
        engine.send("esp32-01", "{\"temperature\":31}");
        engine.send("esp32-02", "{\"temperature\":45}");
        await().untilAsserted(() -> assertThat(engine.commandRequests()).hasSize(2));
        engine.stop();
        engine.send("esp32-02", "{\"temperature\":26}");

        engine.start();
        engine.send("esp32-01", "{\"temperature\":32}");
        engine.send("esp32-01", "{\"temperature\":26}");
        await().untilAsserted(() -> assertThat(engine.commands("esp32-01")).containsExactly("FAN_ON", "FAN_OFF"));
        await().untilAsserted(() -> assertThat(engine.commands("esp32-02")).containsExactly("FAN_ON", "FAN_OFF"));
        await().untilAsserted(() ->
                assertThat(engine.alerts("esp32-02")).containsExactly("firing TooHot", "resolved TooHot"));
    }

    @Test
    void aChangedFileIsInForceAndABadOneIsNot() throws Exception {
        engine.rules("fan.yaml", FAN).start();
        engine.send("esp32-01", "{\"temperature\":31}");
        await().untilAsserted(() -> assertThat(engine.commands("esp32-01")).containsExactly("FAN_ON"));

        engine.rules("fan.yaml", FAN.replace("temperature < 27", "tempereture <"));
        await().untilAsserted(() ->
                assertThat(engine.meter("rules.config.reload.successful")).isZero());
        assertThat(engine.health.notReady()).isEmpty();
        engine.send("esp32-02", "{\"temperature\":31}");
        await().untilAsserted(() -> assertThat(engine.commands("esp32-02")).containsExactly("FAN_ON"));

        engine.rules("fan.yaml", FAN.replace("temperature < 27", "temperature < 29"));
        await().untilAsserted(() ->
                assertThat(engine.meter("rules.config.reload.successful")).isOne());
        engine.send("esp32-01", "{\"temperature\":28}");
        await().untilAsserted(() -> assertThat(engine.commands("esp32-01")).containsExactly("FAN_ON", "FAN_OFF"));
    }

    @Test
    void poisonIsPassedOnAndStopsNothing() throws Exception {
        engine.rules("fan.yaml", FAN).start();
        engine.send("esp32-01", "{\"temperature\":nan}");
        engine.send("esp32-01", "31");
        engine.send("no device", "{}");
        engine.send("esp32-01", "{\"temperature\":31}");
        await().untilAsserted(() -> assertThat(engine.commands("esp32-01")).containsExactly("FAN_ON"));
        await().untilAsserted(() -> assertThat(engine.records(engine.topics.telemetryRejected()))
                .extracting(
                        record -> Headers.text(record.headers(), Headers.REASON).orElse(""))
                .containsExactlyInAnyOrder("not-json", "not-object", "not-json"));
        assertThat(engine.meter("rules.telemetry", "outcome", "poison")).isEqualTo(3);
    }

    @Test
    void selectionFollowsTheRegistry() throws Exception {
        engine.rules("fridges.yaml", """
                rules:
                  - rule: alarm
                    devices: {labels: {kind: fridge}}
                    expr: temperature > 8
                    send: ALARM
                """);
        engine.start();
        engine.register("fridge-1", Map.of("kind", "fridge"));
        engine.register("oven-1", Map.of("kind", "oven"));
        engine.send("oven-1", "{\"temperature\":200}");
        engine.send("fridge-1", "{\"temperature\":9}");
        await().untilAsserted(() -> assertThat(engine.commands("fridge-1")).containsExactly("ALARM"));
        engine.register("oven-1", Map.of("kind", "fridge"));
        await().untilAsserted(() -> assertThat(engine.commands("oven-1")).containsExactly("ALARM"));
        assertThat(engine.commandRequests().get(1).cause().orElse("")).startsWith("device-registry/");
    }

    @Test
    void rulesThatCannotBeReadRefuseTheStartInWords() throws Exception {
        assertThatThrownBy(engine::start)
                .isInstanceOf(StartException.class)
                .hasMessage("rules.path: " + engine.rules + " does not exist");
        engine.rules("fan.yaml", FAN.replace("temperature < 27", "temperature <"));
        assertThatThrownBy(engine::start)
                .isInstanceOf(StartException.class)
                .hasMessageContaining("fan.yaml:4:")
                .hasMessageContaining("error E205");
    }

    /** A stream thread dies between two readings, its work since the last commit uncommitted: a crash, as far as Kafka can tell. */
    @Test
    void aCrashInTheMiddleLosesNothingAndRepeatsOnlyEqualIds() throws Exception {
        engine.rules("fan.yaml", FAN).start();
        engine.stop();
        AtomicBoolean crash = new AtomicBoolean();
        var metrics = new RuleEngineMetrics(engine.meters);
        RuleSet rulesInForce = RuleFiles.load(engine.rules).rules().orElseThrow();
        PositionedClients clients = new PositionedClients(System::currentTimeMillis);
        var around = new RuleProcessor.Surroundings(
                engine.topics,
                () -> {
                    if (crash.getAndSet(false)) {
                        throw new AssertionError("crash");
                    }
                    return rulesInForce;
                },
                () -> io.millrace.rules.evaluation.Controls.NONE,
                new io.millrace.rules.evaluation.Aliveness(),
                clients,
                Duration.ofMillis(100),
                Set.of(),
                DeviceTime.NONE,
                metrics,
                new Progress(),
                0,
                new Questions(1),
                1,
                System::currentTimeMillis);
        try (KafkaStreams streams = new KafkaStreams(
                RuleTopology.of(around),
                new StreamsConfig(StreamsSettings.of(engine.config, "bench", rules.resolve("scratch"), metrics)),
                clients)) {
            streams.setUncaughtExceptionHandler(error -> StreamThreadExceptionResponse.REPLACE_THREAD);
            streams.start();
            for (int round = 0; round < 60; round++) {
                String device = "esp32-" + round % 7;
                engine.send(
                        device, "{\"messageId\":" + round + ",\"temperature\":" + (round / 7 % 2 == 0 ? 31 : 20) + "}");
                if (round == 20 || round == 41) {
                    int so = round + 1;
                    await().dontCatchUncaughtExceptions()
                            .atMost(Duration.ofSeconds(30))
                            .untilAsserted(() ->
                                    assertThat(ids(engine.commandRequests())).hasSize(so));
                    // The next tick dies of it, most likely before the commit.
                    crash.set(true);
                    await().dontCatchUncaughtExceptions().untilFalse(crash);
                }
            }
            // 60 readings: each device alternates, so each of them is a change.
            await().dontCatchUncaughtExceptions().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                            ids(engine.commandRequests()))
                    .hasSize(60));
            for (int device = 0; device < 7; device++) {
                assertThat(firstOfEach(engine.commandRequests(), "esp32-" + device))
                        .isEqualTo(alternating(device < 60 % 7 ? 9 : 8));
            }
        }
    }

    private static Set<String> ids(List<CommandRequest> commands) {
        return commands.stream().map(CommandRequest::commandId).collect(Collectors.toSet());
    }

    private static List<String> firstOfEach(List<CommandRequest> commands, String device) {
        Set<String> ids = new java.util.HashSet<>();
        return commands.stream()
                .filter(command -> command.deviceId().value().equals(device) && ids.add(command.commandId()))
                .map(command -> new String(command.payload(), UTF_8))
                .toList();
    }

    private static List<String> alternating(int count) {
        return java.util.stream.IntStream.range(0, count)
                .mapToObj(i -> i % 2 == 0 ? "FAN_ON" : "FAN_OFF")
                .toList();
    }
}
