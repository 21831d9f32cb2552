package io.millrace.rules.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.rules.evaluation.DeviceTime;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.ops.Health;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceRecord;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleControl;
import io.millrace.schemas.SessionEvent;
import io.millrace.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A rule engine on a real Kafka with topics, rules and state of its own, and the gateway's and console's side of it. */
final class EngineOnKafka implements AutoCloseable {

    static final int PARTITIONS = 3;

    static {
        // Others build and test beside us.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    final Topics topics;
    final KafkaSettings kafka;
    final Path rules;
    final RuleEngineConfig config;
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    Health health = new Health();
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<ConsumerRecord<byte[], byte[]>> seen = new ArrayList<>();
    private boolean assigned;
    private @Nullable RuleEngine engine;

    EngineOnKafka(String bootstrapServers, String name, Path rules) {
        this(bootstrapServers, name + ".", PARTITIONS, rules);
    }

    EngineOnKafka(String bootstrapServers, String prefix, int partitions, Path rules) {
        this.rules = rules;
        kafka = new KafkaSettings(bootstrapServers, prefix, true, partitions, 4, 1, Duration.ofDays(1), Map.of());
        topics = new Topics(kafka.topicPrefix());
        config = new RuleEngineConfig(
                kafka,
                Optional.of(rules),
                true,
                Duration.ZERO,
                "rules",
                Optional.empty(),
                1,
                Duration.ofMillis(200),
                2_048,
                Duration.ofMillis(100),
                Optional.of("rules-0"),
                Duration.ofSeconds(6),
                0,
                List.of(),
                DeviceTime.NONE);
        producer = new KafkaProducer<>(kafka.producer("test", Map.of("linger.ms", 0)));
        consumer = new KafkaConsumer<>(kafka.consumer("test", Map.of("fetch.max.wait.ms", 50)));
    }

    EngineOnKafka rules(String file, String yaml) throws IOException {
        Files.createDirectories(rules);
        Files.writeString(rules.resolve(file), yaml);
        return this;
    }

    EngineOnKafka start() {
        meters = new SimpleMeterRegistry();
        health = new Health();
        engine = new RuleEngine(config, meters, health, Clock.systemUTC());
        engine.start();
        return this;
    }

    /** The same for an instance in a process of its own. */
    Map<String, String> settings(String instance) {
        return Map.ofEntries(
                Map.entry("kafka.bootstrap-servers", kafka.bootstrapServers()),
                Map.entry("kafka.topic-prefix", kafka.topicPrefix()),
                Map.entry("kafka.partitions", Integer.toString(kafka.partitions())),
                Map.entry("kafka.gateway-slots", Integer.toString(kafka.slots())),
                Map.entry("kafka.replication-factor", "1"),
                Map.entry("rules.path", rules.toString()),
                Map.entry("rules.application-id", config.applicationId()),
                Map.entry("rules.commit-interval", config.commitInterval().toMillis() + "ms"),
                Map.entry("rules.session-timeout", config.sessionTimeout().toMillis() + "ms"),
                Map.entry("rules.instance-id", instance));
    }

    void stop() {
        if (engine != null) {
            engine.close();
            engine = null;
        }
    }

    /** The partition and offset of the reading. */
    String send(String device, String json) {
        try {
            var sent = producer.send(
                            new ProducerRecord<>(topics.telemetry(), device.getBytes(UTF_8), json.getBytes(UTF_8)))
                    .get();
            return "telemetry/" + sent.partition() + "/" + sent.offset();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /** As anybody could who reaches Kafka. */
    void write(String topic, byte @Nullable [] key, byte @Nullable [] value) {
        try {
            var unused = producer.send(new ProducerRecord<>(topic, key, value)).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    void register(String device, Map<String, String> labels) throws Exception {
        DeviceRecord record = new DeviceRecord(
                new DeviceId(device),
                Optional.empty(),
                labels,
                Map.of(),
                Optional.empty(),
                List.of(),
                true,
                1,
                Instant.now());
        var unused = producer.send(
                        new ProducerRecord<>(topics.deviceRegistry(), device.getBytes(UTF_8), Json.write(record)))
                .get();
    }

    void heartbeat() {
        SessionEvent event = new SessionEvent.GatewayHeartbeat(0, 1, Instant.now(), 15_000, 0);
        var unused = producer.send(new ProducerRecord<>(
                topics.deviceSessions(), SessionEvent.gatewayKey(0).getBytes(UTF_8), Json.write(event)));
    }

    /** Payloads for that device so far, in order. */
    List<String> commands(String device) {
        return commandRequests().stream()
                .filter(command -> command.deviceId().value().equals(device))
                .map(command -> new String(command.payload(), UTF_8))
                .toList();
    }

    List<CommandRequest> commandRequests() {
        return records(topics.commands()).stream().map(CommandRequest::of).toList();
    }

    /** "firing Hot", "resolved Hot" of that device so far, in order. */
    List<String> alerts(String device) {
        return alertEvents().stream()
                .filter(event -> device.equals(event.labels().get("device")))
                .map(event -> event.status().text() + " " + event.labels().get("alertname"))
                .toList();
    }

    List<AlertEvent> alertEvents() {
        return records(topics.alerts()).stream()
                .map(record -> Json.read(record.value(), AlertEvent.class))
                .toList();
    }

    /** All records of a topic from its beginning on. */
    List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        if (!assigned) {
            assigned = true;
            List<TopicPartition> all = new ArrayList<>();
            for (String one : List.of(topics.commands(), topics.alerts(), topics.telemetryRejected())) {
                for (int partition = 0; partition < kafka.partitions(); partition++) {
                    all.add(new TopicPartition(one, partition));
                }
            }
            consumer.assign(all);
            consumer.seekToBeginning(all);
        }
        consumer.poll(Duration.ofMillis(100)).forEach(seen::add);
        return seen.stream().filter(record -> record.topic().equals(topic)).toList();
    }

    /** All that a topic has now, in the order of each partition. */
    List<ConsumerRecord<byte[], byte[]>> all(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> reader = new KafkaConsumer<>(kafka.consumer("all", Map.of()))) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (int partition = 0; partition < kafka.partitions(); partition++) {
                partitions.add(new TopicPartition(topic, partition));
            }
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
                reader.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    void say(RuleControl word) throws Exception {
        var unused = producer.send(word.toRecord(topics)).get();
    }

    double meter(String name, String... tags) {
        var meter = meters.find(name).tags(tags).meter();
        return meter == null ? 0 : meter.measure().iterator().next().getValue();
    }

    @Override
    public void close() {
        stop();
        producer.close();
        consumer.close();
    }
}
