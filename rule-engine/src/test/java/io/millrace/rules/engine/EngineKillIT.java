package io.millrace.rules.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.embedded.ChildProcess;
import io.millrace.embedded.TestKafka;
import io.millrace.rules.evaluation.Aliveness;
import io.millrace.rules.evaluation.DeviceState;
import io.millrace.rules.evaluation.Devices;
import io.millrace.rules.evaluation.Emission;
import io.millrace.rules.evaluation.Outlet;
import io.millrace.rules.evaluation.PartitionEngine;
import io.millrace.rules.evaluation.ReadingScanner;
import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.model.RuleSet;
import io.millrace.schemas.CommandRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Row 9 of what must hold: rule engines are killed in the middle of the load. */
@Timeout(300)
class EngineKillIT {

    private static final int INSTANCES = 3;
    private static final int KILLS = 4;
    private static final int DEVICES = 300;

    /** Each device stays below its 30 commands a minute. */
    private static final String RULES = """
            defaults:
              limits: {per_device: 1000/1s, per_rule: 1000000/1s, max_devices: 1000000}
            rules:
              - rule: fan
                expr: temperature > 30
                resolve_expr: temperature < 27
                send: "FAN_ON ${messageId}"
                on_resolved: [{send: "FAN_OFF ${messageId}"}]
              - rule: third
                expr: messageId % 3 == 0
                send: "THIRD ${messageId}"
            """;

    @TempDir
    Path directory;

    /** What the rules say to a log, without Kafka, processes and crashes. */
    private static final class Expected implements Outlet {
        final Map<String, Map<String, String>> byDevice = new HashMap<>();

        static Expected of(RuleSet rules, List<ConsumerRecord<byte[], byte[]>> log) throws ReadingScanner.Poison {
            Expected expected = new Expected();
            Map<Integer, PartitionEngine> partitions = new HashMap<>();
            for (ConsumerRecord<byte[], byte[]> record : log) {
                PartitionEngine engine = partitions.computeIfAbsent(record.partition(), partition -> {
                    var begun = new PartitionEngine(rules, new Devices(), new Aliveness(), Set.of(), expected);
                    begun.begin(record.timestamp());
                    return begun;
                });
                assertThat(engine.telemetry(
                                record.key(), record.value(), record.partition(), record.offset(), record.timestamp()))
                        .isEqualTo(PartitionEngine.Taken.EVALUATED);
            }
            return expected;
        }

        @Override
        public void emit(DeviceState device, Emission emission) {
            if (emission instanceof Emission.Command command) {
                note(byDevice, command.request());
            }
        }

        @Override
        public void changed(DeviceState device) {}

        @Override
        public void forgotten(DeviceState device) {}
    }

    /** In the order of their first appearance; one that comes again must be the same. */
    private static void note(Map<String, Map<String, String>> byDevice, CommandRequest command) {
        String payload = new String(command.payload(), UTF_8);
        String before = byDevice.computeIfAbsent(command.deviceId().value(), device -> new LinkedHashMap<>())
                .putIfAbsent(command.commandId(), payload);
        assertThat(before).isIn(null, payload);
    }

    /** Without and with copies of the state at the other instances; these write every state as soon as the next changes, not at the commit. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void killedAgainAndAgainTheySendNoCommandTwiceAndMissNone(int standbys) throws Exception {
        AtomicBoolean feeding = new AtomicBoolean(true);
        try (TestKafka kafka = TestKafka.start(directory.resolve("kafka"));
                EngineOnKafka outside =
                        new EngineOnKafka(kafka.bootstrapServers(), "kill-" + standbys, directory.resolve("rules"))) {
            outside.rules("a.rules.yaml", RULES);
            List<ChildProcess> processes = new ArrayList<>();
            try {
                for (int i = 0; i < INSTANCES; i++) {
                    processes.add(EngineProcess.start(settings(outside, i, standbys)));
                }
                Thread feeder = new Thread(() -> feed(outside, feeding), "feeder");
                feeder.start();
                Random random = new Random(7);
                for (int kill = 0; kill < KILLS; kill++) {
                    int more = ids(outside) + 200;
                    await().atMost(Duration.ofSeconds(60))
                            .untilAsserted(() -> assertThat(ids(outside)).isGreaterThan(more));
                    int victim = random.nextInt(INSTANCES);
                    processes.get(victim).close();
                    processes.set(victim, EngineProcess.start(settings(outside, victim, standbys)));
                }
                feeding.set(false);
                feeder.join(TimeUnit.SECONDS.toMillis(30));

                Expected expected = Expected.of(
                        RuleFiles.load(outside.rules).rules().orElseThrow(), outside.all(outside.topics.telemetry()));
                assertThat(expected.byDevice).hasSize(DEVICES);
                // A slow machine may take its time as long as more comes; engines that stand still fail.
                Map<String, Map<String, String>> seen = seen(outside);
                while (!seen.equals(expected.byDevice)) {
                    int before = count(seen);
                    await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> assertThat(ids(outside))
                            .as("commands, of %d", count(expected.byDevice))
                            .isGreaterThan(before));
                    seen = seen(outside);
                }
                Map<String, Map<String, String>> all = seen;
                expected.byDevice.forEach((device, commands) -> assertThat(
                                all.getOrDefault(device, Map.of()).keySet())
                        .containsExactlyElementsOf(commands.keySet()));
            } finally {
                feeding.set(false);
                processes.forEach(ChildProcess::close);
            }
        }
    }

    private static Map<String, String> settings(EngineOnKafka outside, int instance, int standbys) {
        Map<String, String> settings = new HashMap<>(outside.settings("rules-" + instance));
        settings.put("rules.standby-replicas", Integer.toString(standbys));
        settings.put("rules.unwritten-states", standbys == 0 ? "2048" : "0");
        return settings;
    }

    private static Map<String, Map<String, String>> seen(EngineOnKafka outside) {
        Map<String, Map<String, String>> seen = new HashMap<>();
        outside.commandRequests().forEach(command -> note(seen, command));
        return seen;
    }

    private static int count(Map<String, Map<String, String>> byDevice) {
        return byDevice.values().stream().mapToInt(Map::size).sum();
    }

    private static int ids(EngineOnKafka outside) {
        return (int) outside.commandRequests().stream()
                .map(CommandRequest::commandId)
                .distinct()
                .count();
    }

    /** Temperatures go up and down, each board at a pace of its own; some 200 readings a second. */
    private static void feed(EngineOnKafka outside, AtomicBoolean feeding) {
        for (int round = 1; feeding.get(); round++) {
            for (int device = 0; device < DEVICES && feeding.get(); device++) {
                double temperature = 28.5 + 4 * Math.sin(round / (1.0 + device % 5));
                outside.send("esp32-" + device, "{\"messageId\":" + round + ",\"temperature\":" + temperature + "}");
            }
        }
    }
}
