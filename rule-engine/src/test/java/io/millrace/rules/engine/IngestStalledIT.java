package io.millrace.rules.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.embedded.TestKafka;
import io.millrace.schemas.AlertEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestStalledIT {

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
    void whileNoGatewayLivesOneStallIsToldAndNoSilenceAlsoWhenTheEngineRestarts() throws Exception {
        try (EngineOnKafka engine = new EngineOnKafka(kafka.bootstrapServers(), "stall", rules.resolve("rules"))) {
            engine.rules("silent.yaml", "rules: [{alert: DeviceSilent, absent_for: 20s}]")
                    .start();
            engine.heartbeat();
            engine.send("esp32-01", "{}");
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(stalls(engine)).containsExactly("firing"));
            // Kept with the next commit, of which nothing else tells.
            await().untilAsserted(
                            () -> assertThat(engine.all(engine.topics.alerts())).hasSize(1));
            engine.stop();
            engine.start();
            await().pollDelay(Duration.ofSeconds(6))
                    .untilAsserted(() -> assertThat(stalls(engine)).containsExactly("firing"));
            assertThat(engine.alerts("esp32-01")).isEmpty();

            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> {
                        engine.heartbeat();
                        assertThat(stalls(engine)).containsExactly("firing", "resolved");
                        assertThat(engine.alerts("esp32-01")).containsExactly("firing DeviceSilent");
                    });
            List<AlertEvent> events = engine.alertEvents();
            assertThat(events.get(0).fingerprint()).isEqualTo(events.get(1).fingerprint());
            AlertEvent silent = events.get(2);
            assertThat(silent.startsAt()).isAfter(events.get(1).endsAt().orElseThrow());
        }
    }

    private static List<String> stalls(EngineOnKafka engine) {
        return engine.alertEvents().stream()
                .filter(event -> IngestWatch.ALERT.equals(event.labels().get("alertname")))
                .map(event -> event.status().text())
                .toList();
    }
}
