package io.millrace.runtime.kafka;

import io.millrace.runtime.ops.Health;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads given partitions by itself, without a group, with a thread of its own: a compacted topic as a table from its
 * beginning, or the news of a topic from its end. Every process that has one sees every record.
 */
public final class TopicReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TopicReader.class);
    private static final Duration POLL = Duration.ofMillis(500);

    private final String name;
    private final boolean fromBeginning;
    private final Collection<TopicPartition> partitions;
    private final Consumer<ConsumerRecord<byte[], byte[]>> handler;
    private final Health.Check check;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private final @Nullable Refreshes refreshes;
    private final Thread thread;
    private volatile boolean stopping;

    private TopicReader(
            String name,
            KafkaSettings settings,
            boolean fromBeginning,
            boolean isFresh,
            Collection<TopicPartition> partitions,
            Consumer<ConsumerRecord<byte[], byte[]>> handler,
            Health health) {
        this.name = name;
        this.fromBeginning = fromBeginning;
        this.partitions = List.copyOf(partitions);
        this.handler = handler;
        this.check = health.readiness(name);
        this.consumer = new KafkaConsumer<>(settings.consumer(name, Map.of("max.poll.records", 5000)));
        this.refreshes = isFresh ? new Refreshes(settings, name, this.partitions) : null;
        this.thread = new Thread(this::run, name);
    }

    /** All records from the beginning, then the news. {@link #caughtUp} completes when those of the start have been handled. */
    public static TopicReader table(
            String name,
            KafkaSettings settings,
            String topic,
            Consumer<ConsumerRecord<byte[], byte[]>> handler,
            Health health) {
        return new TopicReader(name, settings, true, false, allOf(settings, topic), handler, health);
    }

    /** A table that answers {@link #refreshed}, for one more connection to Kafka. */
    public static TopicReader freshTable(
            String name,
            KafkaSettings settings,
            String topic,
            Consumer<ConsumerRecord<byte[], byte[]>> handler,
            Health health) {
        return new TopicReader(name, settings, true, true, allOf(settings, topic), handler, health);
    }

    /** Only the news. {@link #caughtUp} completes when the end is known: what is written after that will be seen. */
    public static TopicReader news(
            String name,
            KafkaSettings settings,
            String topic,
            Consumer<ConsumerRecord<byte[], byte[]>> handler,
            Health health) {
        return new TopicReader(name, settings, false, false, allOf(settings, topic), handler, health);
    }

    /** Only the news of one partition. */
    public static TopicReader newsOf(
            String name,
            KafkaSettings settings,
            TopicPartition partition,
            Consumer<ConsumerRecord<byte[], byte[]>> handler,
            Health health) {
        return new TopicReader(name, settings, false, false, List.of(partition), handler, health);
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
     * Of a {@link #freshTable}: completes when all has been handled that Kafka had acknowledged before this call, by whomever
     * it was written; one question to Kafka for all who ask at the same time. Fails if Kafka does not answer within 5 s.
     * Completes on a thread of the reader or of Kafka's client.
     *
     * @throws IllegalStateException of another reader
     */
    public CompletionStage<Void> refreshed() {
        if (refreshes == null) {
            throw new IllegalStateException(name + " is not a fresh table");
        }
        return refreshes.ask();
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
            ended(new IllegalStateException(name + " has stopped"));
        } catch (WakeupException e) {
            log.atDebug().addKeyValue("reader", name).log("woken to stop");
            ended(e);
        } catch (RuntimeException | Error e) {
            check.down("stopped by a bug: " + e);
            log.atError().setCause(e).addKeyValue("reader", name).log("reader stopped");
            caughtUp.completeExceptionally(e);
            ended(e);
        }
    }

    private void ended(Throwable why) {
        if (refreshes != null) {
            refreshes.fail(why);
            refreshes.close();
        }
    }

    private void turn() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            handle(record);
        }
        if (refreshes != null) {
            refreshes.reached(partitions.stream().collect(Collectors.toMap(Function.identity(), consumer::position)));
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
