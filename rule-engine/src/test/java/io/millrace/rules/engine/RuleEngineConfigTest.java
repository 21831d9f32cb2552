package io.millrace.rules.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RuleEngineConfigTest {

    @Test
    void anInstanceMayLookAtNoFilesAtAll() {
        Settings settings =
                Settings.builder().override("rules.from-topic-only", true).build();
        assertThat(RuleEngineConfig.of(settings).rules()).isEmpty();
    }

    @Test
    void isReadFromSettingsAndEnvironment() {
        Settings settings = Settings.builder()
                .environment(Map.of("MILLRACE_RULES_PATH", "/etc/rules", "MILLRACE_KAFKA_TOPIC_PREFIX", "a."))
                .override("rules.instance-id", "rules-0")
                .override("rules.publish-topics", "device-events, other")
                .build();
        RuleEngineConfig config = RuleEngineConfig.of(settings);
        settings.finish();
        assertThat(config.rules()).contains(Path.of("/etc/rules"));
        assertThat(config.settle()).isEqualTo(Duration.ofMinutes(3));
        assertThat(config.commitInterval()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.publishTopics()).containsExactly("device-events", "other");

        Map<String, Object> streams = StreamsSettings.of(
                config, "rules-0", Path.of("scratch"), new RuleEngineMetrics(new SimpleMeterRegistry()));
        assertThat(streams)
                .containsEntry("application.id", "a.millrace-rules")
                .containsEntry("statestore.cache.max.bytes", 0)
                .containsEntry("producer.linger.ms", 0)
                .containsEntry("client.id", "a.millrace-rules-rules-0")
                .containsEntry("main.consumer.group.instance.id", "rules-0");
    }

    @Test
    void enginesWithoutANameDifferThoughHostAndProcessAreTheSame() {
        RuleEngineConfig config = RuleEngineConfig.of(Settings.builder().build());
        List<Map<String, Object>> two = Stream.generate(InstanceName::ofThisStart)
                .limit(2)
                .map(name -> StreamsSettings.of(
                        config, name, Path.of("scratch"), new RuleEngineMetrics(new SimpleMeterRegistry())))
                .toList();
        assertThat(two.get(0).get("client.id")).isNotEqualTo(two.get(1).get("client.id"));
        assertThat(two).allSatisfy(streams -> {
            assertThat(String.valueOf(streams.get("client.id")))
                    .matches("millrace-rules-.+-" + ProcessHandle.current().pid() + "-[0-9a-f]{8}");
            // A name for this start alone as a static member would leave its partitions alone at every restart.
            assertThat(streams).doesNotContainKey("main.consumer.group.instance.id");
        });
    }
}
