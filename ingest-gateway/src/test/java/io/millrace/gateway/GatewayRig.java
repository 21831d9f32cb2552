package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.embedded.TestKafka;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.ops.Health;
import io.millrace.schemas.AccessKeyRecord;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceRecord;
import io.millrace.schemas.Dispatch;
import io.millrace.schemas.Json;
import io.millrace.schemas.JwtKey;
import io.millrace.schemas.Role;
import io.millrace.schemas.SecretDigest;
import io.millrace.schemas.SessionEvent;
import io.millrace.schemas.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Gateways on topics of their own on a Kafka that all tests of the JVM share, and what command-service would write for them. */
final class GatewayRig implements AutoCloseable {
    private static final AtomicInteger RIGS = new AtomicInteger();
    private static @Nullable TestKafka kafka;

    static {
        // Others build and test beside us.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    /** One gateway that runs. */
    record Running(Gateway gateway, SimpleMeterRegistry registry, Health health) {
        int port() {
            return gateway.mqttPort();
        }

        int webSocketPort() {
            return gateway.webSocketPort();
        }

        double count(String meter, String... tags) {
            var counter = registry.find(meter).tags(tags).functionCounter();
            return counter != null
                    ? counter.count()
                    : registry.get(meter).tags(tags).counter().count();
        }

        /** Over all tags. */
        double sum(String meter) {
            return registry.get(meter).counters().stream()
                    .mapToDouble(Counter::count)
                    .sum();
        }

        double gauge(String meter) {
            return registry.get(meter).gauge().value();
        }
    }

    private final String prefix = "rig" + RIGS.incrementAndGet() + "-";
    private final List<Running> running = new ArrayList<>();
    private final Map<String, SecretDigest> digests = new HashMap<>();
    private final String bootstrapServers;
    private final KafkaProducer<byte[], byte[]> producer;
    private int devices;
    private int revision;
    final Topics topics = new Topics(prefix);

    GatewayRig() {
        this(sharedKafka());
    }

    GatewayRig(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        producer = new KafkaProducer<>(kafka(settings()).producer("rig", Map.of("linger.ms", 0)));
    }

    private static synchronized String sharedKafka() {
        TestKafka broker = kafka;
        if (broker == null) {
            try {
                Path data = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "kafka");
                broker = TestKafka.start(data);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            kafka = broker;
            Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
        }
        return broker.bootstrapServers();
    }

    private Settings.Builder settings() {
        Settings.Builder builder = Settings.builder();
        ours().forEach(builder::override);
        return builder;
    }

    /** For a gateway in another process, key=value. */
    List<String> settings(int slot, String... more) {
        List<String> all = new ArrayList<>(List.of("gateway.slot=" + slot));
        ours().forEach((key, value) -> all.add(key + "=" + value));
        all.addAll(List.of(more));
        return all;
    }

    private Map<String, Object> ours() {
        Map<String, Object> ours = new HashMap<>();
        ours.put("kafka.bootstrap-servers", bootstrapServers);
        ours.put("kafka.topic-prefix", prefix);
        ours.put("kafka.partitions", 3);
        ours.put("kafka.gateway-slots", 2);
        ours.put("kafka.replication-factor", 1);
        ours.put("mqtt.port", 0);
        ours.put("mqtt.websocket.port", 0);
        ours.put("mqtt.websocket.tls.port", 0);
        ours.put("mqtt.tls.port", 0);
        ours.put("mqtt.tls-psk.port", 0);
        ours.put("http.tls.port", 0);
        ours.put("http.port", 0);
        // Tests try until it works.
        ours.put("identity.failures.per-name", 1_000);
        ours.put("identity.failures.per-address", 1_000_000);
        return ours;
    }

    private static KafkaSettings kafka(Settings.Builder settings) {
        return KafkaSettings.of(settings.build());
    }

    Running start(int slot, String... overrides) {
        Settings.Builder builder = settings().override("gateway.slot", slot);
        for (int i = 0; i < overrides.length; i += 2) {
            builder = builder.override(overrides[i], overrides[i + 1]);
        }
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Health health = new Health();
        Settings settings = builder.build();
        Gateway gateway = new Gateway(GatewayConfig.of(settings), registry, health, Clock.systemUTC());
        settings.finish();
        Running one = new Running(gateway, registry, health);
        try {
            gateway.start();
        } catch (RuntimeException e) {
            gateway.close();
            throw e;
        }
        running.add(one);
        return one;
    }

    void stop(Running one) {
        running.remove(one);
        one.gateway().close();
    }

    /** Registers a device with the secret {@code pw-} + id and waits until the gateways know it. */
    void register(String... ids) {
        for (String id : ids) {
            put(id, true, Optional.empty(), "pw-" + id);
        }
        devices += ids.length;
        for (Running one : running) {
            await().until(() -> one.gauge("gateway.registry.devices") >= devices);
        }
    }

    void put(String id, boolean enabled, Optional<String> config, String... secrets) {
        revision++;
        DeviceRecord record = new DeviceRecord(
                new DeviceId(id),
                Optional.empty(),
                Map.of(),
                Map.of(),
                config.map(json -> Json.read(json.getBytes(UTF_8), JsonNode.class)),
                List.of(secrets).stream()
                        .map(secret -> digests.computeIfAbsent(secret, SecretDigest::of))
                        .toList(),
                enabled,
                revision,
                Instant.now());
        var unused = send(new ProducerRecord<>(topics.deviceRegistry(), id.getBytes(UTF_8), Json.write(record)));
    }

    /** A device that signs its own tokens. */
    void putKeys(String id, JwtKey... keys) {
        revision++;
        DeviceRecord record = new DeviceRecord(
                new DeviceId(id),
                Optional.empty(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                List.of(),
                List.of(keys),
                List.of(),
                OptionalInt.empty(),
                true,
                revision,
                Instant.now());
        var unused = send(new ProducerRecord<>(topics.deviceRegistry(), id.getBytes(UTF_8), Json.write(record)));
    }

    /** What command-service makes of an enrolment. */
    void enter(String id, SecretDigest secret) {
        revision++;
        DeviceRecord record = new DeviceRecord(
                new DeviceId(id),
                Optional.empty(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                List.of(secret),
                true,
                revision,
                Instant.now());
        var unused = send(new ProducerRecord<>(topics.deviceRegistry(), id.getBytes(UTF_8), Json.write(record)));
    }

    void delete(String id) {
        var unused = send(new ProducerRecord<>(topics.deviceRegistry(), id.getBytes(UTF_8), null));
    }

    /** An API key; its name is also its id. */
    void key(String name, Role role, String key) {
        AccessKeyRecord record = new AccessKeyRecord(name, name, role, SecretDigest.of(key), true, Optional.empty());
        var unused = send(new ProducerRecord<>(topics.accessKeys(), name.getBytes(UTF_8), Json.write(record)));
    }

    void dispatch(String commandId, String device, int slot, long epoch, String payload) {
        dispatch(commandId, device, slot, epoch, payload, 1);
    }

    void dispatch(String commandId, String device, int slot, long epoch, String payload, int qos) {
        var unused = send(new Dispatch(
                        commandId,
                        new DeviceId(device),
                        slot,
                        epoch,
                        1,
                        payload.getBytes(UTF_8),
                        Optional.of("text/plain"),
                        qos,
                        Instant.now().plusSeconds(60))
                .toRecord(topics));
    }

    RecordMetadata send(ProducerRecord<byte[], byte[]> record) {
        try {
            return producer.send(record).get();
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Tail tail(String topic) {
        return new Tail(kafka(settings()), topic);
    }

    /** Waits for the device's next {@code ready} and says its epoch. */
    SessionEvent.Ready awaitReady(Tail sessions, String device) {
        var record = sessions.await(r ->
                device.equals(Tail.key(r)) && Json.read(r.value(), SessionEvent.class) instanceof SessionEvent.Ready);
        return (SessionEvent.Ready) Json.read(record.value(), SessionEvent.class);
    }

    @Override
    public void close() {
        running.forEach(one -> one.gateway().close());
        producer.close();
    }
}
