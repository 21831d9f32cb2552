package io.millrace.rules.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.embedded.TestKafka;
import io.millrace.schemas.Headers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DryRunIT {

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
    void whatARuleOnTrialWouldDoStandsOnTheDryRunTopicAndNowhereElse() throws Exception {
        try (EngineOnKafka engine = new EngineOnKafka(kafka.bootstrapServers(), "trial", rules.resolve("rules"))) {
            engine.rules("trial.yaml", """
                    rules:
                      - alert: Tried
                        expr: temperature > 30
                        dry_run: true
                        send: FAN_ON
                        on_resolved: [{send: FAN_OFF}]
                      - alert: Meant
                        expr: temperature > 30
                        send: BEEP
                    """).start();
            engine.send("esp32-01", "{\"temperature\":31}");
            engine.send("esp32-01", "{\"temperature\":20}");
            engine.send("esp32-01", "{\"temperature\":32}");
            await().untilAsserted(() -> assertThat(engine.commands("esp32-01")).containsExactly("BEEP", "BEEP"));
            await().untilAsserted(() -> assertThat(tried(engine))
                    .containsExactly(
                            "commands FAN_ON",
                            "alerts firing",
                            "commands FAN_OFF",
                            "alerts resolved",
                            "commands FAN_ON",
                            "alerts firing"));
            assertThat(engine.commands("esp32-01")).containsExactly("BEEP", "BEEP");
            assertThat(engine.alerts("esp32-01")).containsExactly("firing Meant", "resolved Meant", "firing Meant");
            assertThat(engine.all(engine.topics.rulesDryRun()))
                    .allSatisfy(record ->
                            assertThat(new String(record.key(), UTF_8)).isEqualTo("esp32-01"));
            await().untilAsserted(() -> assertThat(
                            engine.meter("rules.actions", "rule", "Tried", "action", "send", "outcome", "dry_run"))
                    .isEqualTo(3));
        }
    }

    /** The topic on which it would stand in earnest, and the payload or the status. */
    private static List<String> tried(EngineOnKafka engine) {
        return engine.all(engine.topics.rulesDryRun()).stream()
                .map(record -> {
                    String topic = Headers.text(record.headers(), Headers.TOPIC).orElse("");
                    String value = new String(record.value(), UTF_8);
                    boolean alert = topic.equals(engine.topics.alerts());
                    return topic.substring(topic.indexOf('.') + 1) + " "
                            + (!alert ? value : value.contains("\"firing\"") ? "firing" : "resolved");
                })
                .toList();
    }
}
