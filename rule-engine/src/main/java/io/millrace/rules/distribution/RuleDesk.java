package io.millrace.rules.distribution;

import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleControl;
import io.millrace.schemas.RuleSetRecord;
import io.millrace.schemas.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** What people do about running rules, straight to Kafka: sees the set in force, puts others in force, says words about rules. */
public final class RuleDesk {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final KafkaSettings kafka;
    private final Topics topics;

    public RuleDesk(KafkaSettings kafka) {
        this.kafka = kafka;
        topics = new Topics(kafka.topicPrefix());
    }

    /**
     * The set in force; empty if there never was one.
     *
     * @throws IOException if Kafka does not answer, or has no such topic
     */
    public Optional<RuleSetRecord> inForce() throws IOException {
        TopicPartition all = new TopicPartition(topics.ruleSets(), 0);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(kafka.consumer("rules-desk", Map.of("default.api.timeout.ms", 20_000)))) {
            if (consumer.partitionsFor(all.topic(), PATIENCE).isEmpty()) {
                throw new IOException("there is no topic " + all.topic() + " (has a rule engine ever run there?)");
            }
            consumer.assign(List.of(all));
            consumer.seekToBeginning(List.of(all));
            long end = consumer.endOffsets(List.of(all), PATIENCE).getOrDefault(all, 0L);
            Instant until = Instant.now().plus(PATIENCE);
            Optional<RuleSetRecord> last = Optional.empty();
            while (consumer.position(all, PATIENCE) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    last = Optional.ofNullable(record.value()).map(json -> Json.read(json, RuleSetRecord.class));
                }
                if (Instant.now().isAfter(until)) {
                    throw new IOException(
                            "topic " + all.topic() + " was not read to its end in " + PATIENCE.toSeconds() + " s");
                }
            }
            return last;
        } catch (KafkaException | IllegalArgumentException e) {
            throw new IOException("topic " + all.topic() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** @throws IOException if Kafka does not take it */
    public void put(RuleSetRecord set) throws IOException, InterruptedException {
        try {
            RuleSetTopic.put(kafka, topics, set);
        } catch (RuleSetTopic.WriteException | KafkaException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Says so.
     *
     * @return when it holds
     * @throws IOException if Kafka does not take it
     */
    public Instant say(RuleControl word) throws IOException, InterruptedException {
        Map<String, Object> settings = kafka.producer("rules-desk", Map.of(ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000));
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings)) {
            RecordMetadata written = producer.send(word.toRecord(topics)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return Instant.ofEpochMilli(written.timestamp()).plus(RuleControl.LEAD);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
            throw new IOException("Kafka does not take it: " + cause, e);
        }
    }
}
