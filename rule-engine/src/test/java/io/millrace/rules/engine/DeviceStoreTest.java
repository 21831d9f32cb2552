package io.millrace.rules.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.rules.evaluation.Aliveness;
import io.millrace.rules.evaluation.Controls;
import io.millrace.rules.evaluation.DeviceStateCodec;
import io.millrace.rules.evaluation.DeviceTime;
import io.millrace.rules.evaluation.Emission;
import io.millrace.rules.evaluation.TestRules;
import io.millrace.rules.model.RuleSet;
import io.millrace.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;

/** That the changelog is written when Streams prepares a commit, through a hook that is not public API. */
class DeviceStoreTest {

    private static final RuleSet RULES = TestRules.of("""
            rules:
              - rule: fan-on
                expr: temperature > 30
                send: FAN_ON
            """);

    private static TopologyTestDriver driver() {
        var around = new RuleProcessor.Surroundings(
                new Topics(""),
                () -> RULES,
                () -> Controls.NONE,
                new Aliveness(),
                (partition, processed) -> true,
                Duration.ofMillis(100),
                Set.of(),
                DeviceTime.NONE,
                new RuleEngineMetrics(new SimpleMeterRegistry()),
                new Progress(),
                0,
                new Questions(1),
                1,
                System::currentTimeMillis);
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "rules");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        return new TopologyTestDriver(RuleTopology.of(around), properties, Instant.parse("2026-11-22T10:00:00Z"));
    }

    private static TestOutputTopic<byte[], byte[]> output(TopologyTestDriver driver, String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Test
    void aCommitWritesTheStateWithItsOutboxAndTheNextWithout() {
        try (TopologyTestDriver driver = driver()) {
            TestInputTopic<byte[], byte[]> telemetry =
                    driver.createInputTopic("telemetry", new ByteArraySerializer(), new ByteArraySerializer());
            telemetry.pipeInput(
                    "esp32-01".getBytes(UTF_8),
                    "{\"temperature\":31}".getBytes(UTF_8),
                    Instant.parse("2026-11-22T10:00:00Z"));
            assertThat(output(driver, "commands").readKeyValuesToList()).hasSize(1);

            var changelog = output(driver, "rules-device-state-changelog");
            assertThat(outbox(changelog.readValue())).hasSize(1);
            driver.advanceWallClockTime(Duration.ofSeconds(1));
            assertThat(outbox(changelog.readValue())).isEmpty();
            driver.advanceWallClockTime(Duration.ofSeconds(1));
            assertThat(changelog.isEmpty()).isTrue();
        }
    }

    private static List<Emission> outbox(byte[] state) {
        return new DeviceStateCodec()
                .read("esp32-01", "esp32-01".getBytes(UTF_8), state)
                .outbox();
    }
}
