package io.millrace.runtime.kafka;

import io.millrace.runtime.config.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How a process reaches Kafka and how topics are made.
 *
 * @param topicPrefix put before every topic name
 * @param partitions of topics keyed by device id; choose once, changing it moves keys
 * @param slots the most gateways that can run at once
 * @param retention of readings, commands, events and alerts
 * @param properties passed through to every client (SASL, TLS)
 */
public record KafkaSettings(
        String bootstrapServers,
        String topicPrefix,
        boolean createTopics,
        int partitions,
        int slots,
        int replicationFactor,
        Duration retention,
        Map<String, String> properties) {
    public KafkaSettings {
        properties = Map.copyOf(properties);
    }

    public static KafkaSettings of(Settings settings) {
        return new KafkaSettings(
                settings.text(
                        "kafka.bootstrap-servers", "127.0.0.1:9092", "Brokers to ask first, host:port, comma between."),
                settings.text("kafka.topic-prefix", "", "Put before every topic name."),
                settings.flag("kafka.create-topics", true, "Create the topics that are missing at start."),
                settings.number(
                        "kafka.partitions",
                        32,
                        1,
                        10_000,
                        "Partitions of the topics keyed by device id. Choose once: a change moves devices."),
                settings.number(
                        "kafka.gateway-slots",
                        64,
                        1,
                        10_000,
                        "Partitions of command-dispatch: the most gateways that can run at once."),
                settings.number(
                        "kafka.replication-factor", 3, 1, 10, "Copies of each partition, for topics created here."),
                settings.duration(
                        "kafka.retention",
                        Duration.ofDays(7),
                        "How long readings, commands, events and alerts are kept, for topics created here."),
                settings.properties(
                        "kafka.properties",
                        "Passed to every Kafka client as they are (security.protocol, sasl.…, ssl.…)."));
    }

    /** acks=all, idempotent, lz4; keys and values as bytes. The caller adds linger and buffers. */
    public Map<String, Object> producer(String clientId, Map<String, Object> more) {
        Map<String, Object> config = common(clientId);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // With more, the first batch to a partition whose leader is just being made can be refused while the second one
        // is
        // taken; the first is then out of sequence for ever, and the partition hangs for this producer (seen with
        // 4.3.1).
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.putAll(more);
        config.putAll(properties);
        return config;
    }

    /** Offsets are committed by hand, after the work; keys and values as bytes. */
    public Map<String, Object> consumer(String clientId, Map<String, Object> more) {
        Map<String, Object> config = common(clientId);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.putAll(more);
        config.putAll(properties);
        return config;
    }

    public Map<String, Object> admin(String clientId) {
        Map<String, Object> config = common(clientId);
        config.putAll(properties);
        return config;
    }

    private Map<String, Object> common(String clientId) {
        Map<String, Object> config = new HashMap<>();
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
        config.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 2000);
        config.put("enable.metrics.push", false);
        return config;
    }
}
