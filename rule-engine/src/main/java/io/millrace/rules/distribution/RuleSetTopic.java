package io.millrace.rules.distribution;

import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TopicReader;
import io.millrace.runtime.ops.Health;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleSetRecord;
import io.millrace.schemas.Topics;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;

/** The topic {@code rule-sets}: reads it with a thread of its own, writes it on the caller's. */
public final class RuleSetTopic implements AutoCloseable {

    private static final long WRITE_SECONDS = 20;

    private final KafkaSettings kafka;
    private final Topics topics;
    private final TopicReader reader;

    /** @param inForce told of each set, on the reader's thread, those of the past included */
    RuleSetTopic(KafkaSettings kafka, Topics topics, Health health, Consumer<RuleSetRecord> inForce) {
        this.kafka = kafka;
        this.topics = topics;
        reader = TopicReader.table(
                "rules-sets",
                kafka,
                topics.ruleSets(),
                record -> {
                    if (record.value() != null) {
                        inForce.accept(Json.read(record.value(), RuleSetRecord.class));
                    }
                },
                health);
    }

    /** Completes when all sets up to the start have been told. */
    CompletionStage<Void> start() {
        reader.start();
        return reader.caughtUp();
    }

    void put(RuleSetRecord set) throws WriteException, InterruptedException {
        put(kafka, topics, set);
    }

    /**
     * Puts a set in force; a producer is made for it, as it is seldom done.
     *
     * @throws WriteException if Kafka does not take it within 20 s
     */
    public static void put(KafkaSettings kafka, Topics topics, RuleSetRecord set)
            throws WriteException, InterruptedException {
        Map<String, Object> settings =
                kafka.producer("rules-sets", Map.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RuleSetRecord.MAX_BYTES));
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings)) {
            var unused = producer.send(set.toRecord(topics)).get(WRITE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new WriteException("Kafka does not take the rule set: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new WriteException("Kafka did not take the rule set within " + WRITE_SECONDS + " s", e);
        }
    }

    /** A set is not in force for the others, because Kafka has not got it. */
    public static final class WriteException extends Exception {
        private static final long serialVersionUID = 1;

        WriteException(String message, @Nullable Exception cause) {
            super(message, cause);
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
