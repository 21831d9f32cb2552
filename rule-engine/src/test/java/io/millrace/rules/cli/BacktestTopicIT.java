package io.millrace.rules.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.embedded.TestKafka;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceRecord;
import io.millrace.schemas.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** A back-test straight from Kafka finds what the same readings as a file would have shown. */
class BacktestTopicIT {

    private static final int READINGS = 6_000;
    private static final int DEVICES = 25;
    private static final long HOUR = 3_600_000;
    /** Two hours of readings with a pause of half an hour in the middle, which end half an hour ago. */
    private static final long START = System.currentTimeMillis() - 3 * HOUR;

    private static final long STEP = 2 * HOUR / READINGS;
    private static final long PAUSE = HOUR / 2;

    private static final String RULES = """
            rules:
              - rule: fan
                expr: temperature > 30
                for: 1m
                resolve_expr: temperature < 27
                send: FAN_ON
                on_resolved: [{send: FAN_OFF}]
              - alert: Silent
                absent_for: 5m
              - alert: FridgeWarm
                devices: {labels: {kind: fridge}}
                expr: temperature > device.maxTemp
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path directory;

    private static final List<Future<RecordMetadata>> SENT = new ArrayList<>();
    private static @Nullable TestKafka kafka;

    @BeforeAll
    static void record() throws Exception {
        kafka = TestKafka.start(directory.resolve("kafka"));
        Files.writeString(directory.resolve("house.rules.yaml"), RULES);
        Files.writeString(directory.resolve("old.rules.yaml"), RULES.replace("> 30", "> 32"));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(
                            new NewTopic("t.telemetry", 3, (short) 1), new NewTopic("t.device-registry", 3, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            register(producer);
            readings(producer);
            for (Future<RecordMetadata> sent : SENT) {
                var unused = sent.get(30, TimeUnit.SECONDS);
            }
        }
    }

    private static void register(KafkaProducer<byte[], byte[]> producer) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < DEVICES; i++) {
            DeviceRecord device = new DeviceRecord(
                    new DeviceId("gh-" + i),
                    Optional.empty(),
                    Map.of("kind", i % 2 == 0 ? "fridge" : "door"),
                    Map.of("maxTemp", new ObjectMapper().getNodeFactory().numberNode(28)),
                    Optional.empty(),
                    List.of(),
                    true,
                    1,
                    Instant.EPOCH);
            send(producer, "t.device-registry", "gh-" + i, Json.write(device), START);
            lines.append("{\"id\":\"gh-%d\",\"labels\":{\"kind\":\"%s\"},\"attributes\":{\"maxTemp\":28}}\n"
                    .formatted(i, i % 2 == 0 ? "fridge" : "door"));
        }
        send(producer, "t.device-registry", "gone", Json.write(Map.of("broken", true)), START);
        send(producer, "t.device-registry", "gone", null, START);
        Files.writeString(directory.resolve("devices.jsonl"), lines);
    }

    private static void readings(KafkaProducer<byte[], byte[]> producer) throws IOException {
        Random random = new Random(7);
        StringBuilder all = new StringBuilder();
        StringBuilder lastHour = new StringBuilder();
        for (int i = 0; i < READINGS; i++) {
            long time = START + i * STEP + (i < READINGS / 2 ? 0 : PAUSE);
            String device = "gh-" + (int) Math.abs(random.nextGaussian() * DEVICES / 3) % DEVICES;
            String value = "{\"messageId\":%d,\"temperature\":%.1f}".formatted(i, 28 + random.nextGaussian() * 3);
            send(producer, "t.telemetry", device, value.getBytes(UTF_8), time);
            String line = "{\"device\":\"%s\",\"time\":%d,\"value\":%s}\n".formatted(device, time, value);
            all.append(line);
            if (i >= READINGS / 2) {
                lastHour.append(line);
            }
        }
        Files.writeString(directory.resolve("all.jsonl"), all);
        Files.writeString(directory.resolve("half.jsonl"), lastHour);
    }

    private static void send(
            KafkaProducer<byte[], byte[]> producer, String topic, String key, byte @Nullable [] value, long time) {
        SENT.add(producer.send(new ProducerRecord<>(topic, null, time, key.getBytes(UTF_8), value)));
    }

    @AfterAll
    static void stop() {
        if (kafka != null) {
            kafka.close();
        }
    }

    /** What the command finds, without what depends on the clock. */
    private static JsonNode backtest(String... options) throws IOException {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] all = Stream.concat(
                        Stream.of("backtest", path("house.rules.yaml"), "--format", "json"), Stream.of(options))
                .toArray(String[]::new);
        int code = new CommandLine(new RulesCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .execute(all);
        assertThat(err.toString()).isEmpty();
        assertThat(code).isZero();
        return ((ObjectNode) new ObjectMapper().readTree(out.toString())).without(List.of("seconds", "threads"));
    }

    private static JsonNode fromKafka(String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of("--kafka", brokers(), "--topic", "t.telemetry"));
        all.addAll(List.of(options));
        return backtest(all.toArray(String[]::new));
    }

    private static JsonNode fromFile(String file, String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of("--from", path(file), "--registry", path("devices.jsonl")));
        all.addAll(List.of(options));
        return backtest(all.toArray(String[]::new));
    }

    private static String brokers() {
        return kafka == null ? "" : kafka.bootstrapServers();
    }

    private static String path(String file) {
        return directory.resolve(file).toString();
    }

    private static long fired(JsonNode found, String rule) {
        for (JsonNode one : found.path("rules")) {
            if (one.path("rule").asText().equals(rule)) {
                return one.path("fired").asLong();
            }
        }
        throw new AssertionError("no rule " + rule + " in " + found);
    }

    @Test
    void allPartitionsTogetherAreTheFile() throws IOException {
        JsonNode found = fromKafka("--threads", "3");
        assertThat(found.path("messages").asLong()).isEqualTo(READINGS);
        assertThat(fired(found, "fan")).isPositive();
        assertThat(fired(found, "Silent")).isPositive();
        assertThat(fired(found, "FridgeWarm")).isPositive();
        assertThat(found).isEqualTo(fromFile("all.jsonl", "--threads", "1"));
    }

    @Test
    void sinceLeavesOutWhatIsOlder() throws IOException {
        long middle = START + READINGS / 2 * STEP + PAUSE / 2;
        JsonNode found = fromKafka("--since", (System.currentTimeMillis() - middle) / 1000 + "s");
        assertThat(found.path("messages").asLong()).isEqualTo(READINGS / 2);
        assertThat(found).isEqualTo(fromFile("half.jsonl"));
    }

    @Test
    void twoSetsAreComparedOnOneDevice() throws IOException {
        JsonNode found = fromKafka("--diff", path("old.rules.yaml"), "--device", "gh-1*");
        assertThat(found.path("rules")
                        .path(0)
                        .path("comparison")
                        .path("relation")
                        .asText())
                .isEqualTo("changed");
        assertThat(found).isEqualTo(fromFile("all.jsonl", "--diff", path("old.rules.yaml"), "--device", "gh-1*"));
    }

    @Test
    void withoutTheRegistryNoDeviceHasLabels() throws IOException {
        assertThat(fired(fromKafka("--registry-topic", "nowhere"), "FridgeWarm"))
                .isZero();
        assertThat(fired(backtest("--from", path("all.jsonl")), "FridgeWarm")).isZero();
    }
}
