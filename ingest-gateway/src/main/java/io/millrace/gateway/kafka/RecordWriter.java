package io.millrace.gateway.kafka;

import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.process.StartException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * The gateway's one producer. {@link #send} may be called by event loops, for it never blocks: the metadata of all topics are
 * known before the first record and kept for good, and the callers bound what is in flight below the buffer. A record is tried
 * as long as the process lives, in order: Kafka away means waiting, not losing.
 */
public final class RecordWriter implements AutoCloseable {
    private static final int BATCH_BYTES = 128 << 10;
    /** Batches that are begun and not full take their whole size of the buffer. */
    private static final long BUFFER_FOR_BATCHES = 64L << 20;
    /**
     * An event loop must not wait for room in the buffer: a record that finds none fails at once, its callback is told. It takes
     * a flood of session events while Kafka is away, for what devices publish is bounded far below.
     */
    private static final int MAX_BLOCK_MILLIS = 0;

    private static final long LOOK_AGAIN_MILLIS = 20;
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(3);

    private final KafkaProducer<byte[], byte[]> producer;

    /** @param bytesInFlight the most that all callers together have in flight */
    public RecordWriter(KafkaSettings settings, String clientId, Duration linger, long bytesInFlight) {
        producer = new KafkaProducer<>(settings.producer(
                clientId,
                Map.of(
                        // The default forgets all metadata when no broker answers, and the next record would not be
                        // taken.
                        CommonClientConfigs.METADATA_RECOVERY_STRATEGY_CONFIG,
                        "none",
                        ProducerConfig.LINGER_MS_CONFIG,
                        linger.toMillis(),
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        BATCH_BYTES,
                        ProducerConfig.BUFFER_MEMORY_CONFIG,
                        2 * bytesInFlight + BUFFER_FOR_BATCHES,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        MAX_BLOCK_MILLIS,
                        ProducerConfig.METADATA_MAX_IDLE_CONFIG,
                        Duration.ofDays(3650).toMillis(),
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        Integer.MAX_VALUE,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        10_000)));
    }

    /** Waits until the metadata of the topics are known. The caller's thread is none of the event loops. */
    public void awaitTopics(Collection<String> topics) {
        long deadline = System.nanoTime() + START.toNanos();
        for (String topic : topics) {
            while (!isKnown(topic)) {
                if (System.nanoTime() > deadline) {
                    throw new StartException("Kafka does not name the partitions of topic " + topic, null);
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", e);
        }
    }

    private boolean isKnown(String topic) {
        try {
            return !producer.partitionsFor(topic).isEmpty();
        } catch (TimeoutException e) {
            return false;
        }
    }

    public void send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        var unused = producer.send(record, callback);
    }

    @Override
    public void close() {
        producer.close(STOP);
    }
}
