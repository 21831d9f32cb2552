package io.millrace.commands.dispatch;

import io.millrace.runtime.kafka.KafkaSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes to Kafka from any thread, in the order of the calls. {@code KafkaProducer.send} blocks while Kafka is away, so it is
 * called on a thread of its own. A record that is not acknowledged within {@link #GIVE_UP} fails and is never written later.
 */
public final class Publisher implements AutoCloseable {
    static final Duration GIVE_UP = Duration.ofSeconds(20);

    private final KafkaSettings kafka;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> new Thread(task, "kafka-out"));

    private volatile @Nullable KafkaProducer<byte[], byte[]> producer;

    public Publisher(KafkaSettings kafka) {
        this.kafka = kafka;
    }

    /**
     * To be called before the first record.
     *
     * @throws org.apache.kafka.common.KafkaException if the settings cannot be used
     */
    public void open() {
        producer = new KafkaProducer<>(kafka.producer(
                "command-service",
                Map.of(
                        "linger.ms", 0,
                        "max.block.ms", 5_000,
                        "request.timeout.ms", 10_000,
                        "delivery.timeout.ms", (int) GIVE_UP.toMillis())));
    }

    /** Completes when Kafka has the record, on the producer's thread. */
    public Future<Void> send(ProducerRecord<byte[], byte[]> record) {
        Promise<Void> promise = Promise.promise();
        try {
            thread.execute(() -> hand(record, promise));
        } catch (RejectedExecutionException e) {
            promise.fail(e);
        }
        return promise.future();
    }

    private void hand(ProducerRecord<byte[], byte[]> record, Promise<Void> promise) {
        KafkaProducer<byte[], byte[]> open = producer;
        if (open == null) {
            promise.fail("not open");
            return;
        }
        try {
            var unused = open.send(record, (metadata, failure) -> {
                if (failure == null) {
                    promise.complete();
                } else {
                    promise.fail(failure);
                }
            });
        } catch (RuntimeException e) {
            promise.fail(e);
        }
    }

    /** Writes what was given, for at most 5 s. */
    @Override
    public void close() {
        thread.shutdown();
        KafkaProducer<byte[], byte[]> open = producer;
        if (open != null) {
            open.close(Duration.ofSeconds(5));
        }
    }
}
