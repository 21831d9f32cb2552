package io.millrace.runtime.kafka;

import io.millrace.runtime.ops.Health;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads given partitions by itself, without a group, with a thread of its own: a compacted topic as a table from its
 * beginning, or the news of a topic from its end. Every process that has one sees every record.
 */
public final class TopicReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TopicReader.class);
    private static final Duration POLL = Duration.ofMillis(500);
    /** Kafka's default for how long a broker holds a fetch that finds nothing. */
    private static final int FETCH_MILLIS = 500;
    /** Of a table that is asked to be refreshed: a broker answers no question of a connection while it holds a fetch of it. */
    private static final int QUICK_FETCH_MILLIS = 20;

    private final String name;
    private final boolean fromBeginning;
    private final Collection<TopicPartition> partitions;
    private final Consumer<ConsumerRecord<byte[], byte[]>> handler;
    private final Health.Check check;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private final Refreshes refreshes = new Refreshes();
    private final Thread thread;
    private volatile boolean stopping;

    private TopicReader(
            String name,
            KafkaSettings settings,
            boolean fromBeginning,
            int fetchMillis,
            Collection<TopicPartition> partitions,
            Consumer<ConsumerRecord<byte[], byte[]>> handler,
            Health health) {
        this.name = name;
        this.fromBeginning = fromBeginning;
        this.partitions = List.copyOf(partitions);
        this.handler = handler;
        this.check = health.readiness(name);
        this.consumer = new KafkaConsumer<>(
                settings.consumer(name, Map.of("max.poll.records", 5000, "fetch.max.wait.ms", fetchMillis)));
        this.thread = new Thread(this::run, name);
    }

    /** All records from the beginning, then the news. {@link #caughtUp} completes when those of the start have been handled. */
    public static TopicReader table(
            String name,
            KafkaSettings settings,
            String topic,
            Consumer<ConsumerRecord<byte[], byte[]>> handler,
            Health health) {
        return new TopicReader(name, settings, true, FETCH_MILLIS, allOf(settings, topic), handler, health);
    }

    /** A table that {@link #refreshed} answers quickly also when nothing is written, for some 50 more requests a second. */
    public static TopicReader freshTable(
            String name,
            KafkaSettings settings,
            String topic,
            Consumer<ConsumerRecord<byte[], byte[]>> handler,
            Health health) {
        return new TopicReader(name, settings, true, QUICK_FETCH_MILLIS, allOf(settings, topic), handler, health);
    }

    /** Only the news. {@link #caughtUp} completes when the end is known: what is written after that will be seen. */
    public static TopicReader news(
            String name,
            KafkaSettings settings,
            String topic,
            Consumer<ConsumerRecord<byte[], byte[]>> handler,
            Health health) {
        return new TopicReader(name, settings, false, FETCH_MILLIS, allOf(settings, topic), handler, health);
    }

    /** Only the news of one partition. */
    public static TopicReader newsOf(
            String name,
            KafkaSettings settings,
            TopicPartition partition,
            Consumer<ConsumerRecord<byte[], byte[]>> handler,
            Health health) {
        return new TopicReader(name, settings, false, FETCH_MILLIS, List.of(partition), handler, health);
    }

    private static List<TopicPartition> allOf(KafkaSettings settings, String topic) {
        int count = KafkaTopics.partitions(settings, List.of(topic)).getOrDefault(topic, 0);
        return IntStream.range(0, count)
                .mapToObj(p -> new TopicPartition(topic, p))
                .toList();
    }

    public void start() {
        check.down("reading from Kafka");
        thread.start();
    }

    /** See the two kinds. Completes on the reader's thread. */
    public CompletionStage<Void> caughtUp() {
        return caughtUp;
    }

    /**
     * Completes when all has been handled that Kafka had acknowledged before this call, by whomever it was written: one
     * question to Kafka for all who ask at the same time. Fails if Kafka does not answer within 5 s. Completes on the reader's
     * thread.
     */
    public CompletionStage<Void> refreshed() {
        // Before that, the reader is awake, and is not to be disturbed.
        return refreshes.ask(caughtUp.isDone() ? consumer::wakeup : () -> {});
    }

    /** Stops within 5 s. */
    @Override
    public void close() {
        stopping = true;
        consumer.wakeup();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (consumer) {
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = position();
            boolean behind = true;
            while (!stopping) {
                if (behind && ends.entrySet().stream().allMatch(e -> consumer.position(e.getKey()) >= e.getValue())) {
                    behind = false;
                    check.up();
                    caughtUp.complete(null);
                }
                turn();
            }
            refreshes.fail(new IllegalStateException(name + " has stopped"));
        } catch (WakeupException e) {
            log.atDebug().addKeyValue("reader", name).log("woken to stop");
            refreshes.fail(e);
        } catch (RuntimeException | Error e) {
            check.down("stopped by a bug: " + e);
            log.atError().setCause(e).addKeyValue("reader", name).log("reader stopped");
            caughtUp.completeExceptionally(e);
            refreshes.fail(e);
        }
    }

    private void turn() {
        try {
            refreshes.look(consumer, partitions);
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                handle(record);
            }
        } catch (WakeupException e) {
            log.atTrace().addKeyValue("reader", name).log("woken, because somebody asks or to stop");
        }
    }

    /** The offsets to reach before the reader counts as caught up. */
    private Map<TopicPartition, Long> position() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, Duration.ofMinutes(1));
        if (fromBeginning) {
            consumer.seekToBeginning(partitions);
        } else {
            ends.forEach(consumer::seek);
        }
        return ends;
    }

    /** A record that cannot be understood is the writer's fault: it is told and passed over, it must not stop the reader. */
    private void handle(ConsumerRecord<byte[], byte[]> record) {
        try {
            handler.accept(record);
        } catch (RuntimeException e) {
            log.atError()
                    .setCause(e)
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .log("record passed over");
        }
    }
}
