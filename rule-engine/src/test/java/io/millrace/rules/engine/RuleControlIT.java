package io.millrace.rules.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.embedded.TestKafka;
import io.millrace.runtime.ops.Health;
import io.millrace.schemas.RuleControl;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a person says about a rule reaches every engine, and those that start later. */
@Timeout(300)
class RuleControlIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int DEVICES = 12;

    @TempDir
    static Path kafkaData;

    @TempDir
    Path files;

    private static TestKafka kafka;
    private EngineOnKafka log;
    private final List<RuleEngine> engines = new ArrayList<>();

    @BeforeAll
    static void startKafka() throws IOException {
        kafka = TestKafka.start(kafkaData);
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @BeforeEach
    void topics(TestInfo test) {
        log = new EngineOnKafka(
                kafka.bootstrapServers(), test.getTestMethod().orElseThrow().getName(), files);
    }

    @AfterEach
    void stop() {
        engines.forEach(RuleEngine::close);
        log.close();
    }

    private void engine(String instance) {
        RuleEngineConfig one = log.config;
        RuleEngine engine = new RuleEngine(
                new RuleEngineConfig(
                        one.kafka(),
                        one.rules(),
                        one.editable(),
                        one.settle(),
                        one.applicationId(),
                        one.stateDir(),
                        one.threads(),
                        one.commitInterval(),
                        one.unwrittenStates(),
                        one.clockSlack(),
                        Optional.of(instance),
                        one.sessionTimeout(),
                        one.standbyReplicas(),
                        one.publishTopics(),
                        one.deviceTime()),
                new SimpleMeterRegistry(),
                new Health(),
                Clock.systemUTC());
        engines.add(engine);
        engine.start();
    }

    private void sendAll(String prefix, String json) {
        for (int i = 0; i < DEVICES; i++) {
            log.send(prefix + i, json);
        }
    }

    private long payloads(String payload) {
        return log.commandRequests().stream()
                .filter(command ->
                        new String(command.payload(), java.nio.charset.StandardCharsets.UTF_8).equals(payload))
                .count();
    }

    @Test
    void aMuteReachesAllEnginesAndTheOneThatTakesOver() throws Exception {
        log.rules("a.rules.yaml", """
                rules:
                  - {alert: hot, expr: x > 1, send: HOT}
                  - {alert: other, expr: x > 1, send: OTHER}
                """);
        engine("rules-0");
        engine("rules-1");
        log.say(RuleControl.mute("a", "hot", Duration.ofHours(1), "ann", "cleaning"));
        // The probe is muted once the word holds; until then it fires, in whatever partition.
        await().atMost(PATIENCE).until(() -> {
            long before = payloads("HOT");
            long others = payloads("OTHER");
            log.send("probe", "{\"x\":0}");
            log.send("probe", "{\"x\":2}");
            await().atMost(PATIENCE).until(() -> payloads("OTHER") > others);
            return payloads("HOT") == before;
        });
        long before = payloads("HOT");
        sendAll("d", "{\"x\":2}");
        await().atMost(PATIENCE)
                .until(() -> log.commandRequests().stream()
                                .filter(command -> command.deviceId().value().startsWith("d"))
                                .count()
                        == DEVICES);
        assertThat(payloads("HOT")).isEqualTo(before);

        engines.remove(0).close();
        log.say(RuleControl.unmute("a", "hot", "ann", ""));
        await().atMost(PATIENCE).until(() -> payloads("HOT") >= before + DEVICES);
        assertThat(log.alerts("d3")).containsOnlyOnce("firing hot");
    }

    @Test
    void aReleaseFreesTheRuleInEveryPartition() throws Exception {
        log.rules("a.rules.yaml", "rules: [{rule: all, expr: x > 1, send: ON, limits: {max_devices: 1}}]\n");
        engine("rules-0");
        sendAll("d", "{\"x\":2}");
        await().atMost(PATIENCE).until(() -> log.alertEvents().stream()
                .anyMatch(event -> "FleetBrake".equals(event.labels().get("alertname"))));
        await().atMost(PATIENCE)
                .until(() -> log.all(log.topics.telemetry()).size() == DEVICES
                        && log.alertEvents().size() == held());
        long braked = held();
        engine("rules-1");
        log.say(RuleControl.release("a", "all", "ann", "the threshold was right"));
        await().atMost(PATIENCE)
                .until(() -> log.alertEvents().stream()
                                .filter(event -> event.status().text().equals("resolved"))
                                .count()
                        == braked);
        long before = payloads("ON");
        log.send("later", "{\"x\":2}");
        await().atMost(PATIENCE).until(() -> payloads("ON") == before + 1);
    }

    /** Partitions with more than one device. */
    private long held() {
        return log.all(log.topics.telemetry()).stream()
                .collect(java.util.stream.Collectors.groupingBy(
                        org.apache.kafka.clients.consumer.ConsumerRecord::partition,
                        java.util.stream.Collectors.counting()))
                .values()
                .stream()
                .filter(devices -> devices > 1)
                .count();
    }
}
