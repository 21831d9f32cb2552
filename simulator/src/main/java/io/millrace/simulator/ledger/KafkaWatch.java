package io.millrace.simulator.ledger;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the topic of readings from the moment at which it is made, with a thread of its own and without a group, and enters what the
 * fleet's devices said into a {@link Ledger}.
 */
public final class KafkaWatch implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    /** How long nothing may come before what is still missing counts as missing: at QoS 0 nobody tells when all has arrived. */
    private static final Duration QUIET = Duration.ofSeconds(3);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final Ledger ledger;
    private final Thread thread = new Thread(this::run, "ledger");
    private final CompletableFuture<Findings> findings = new CompletableFuture<>();
    private volatile @Nullable End end;
    private volatile boolean stopping;

    private record End(List<Sent> sent, long deadline) {}

    /**
     * Blocks until the topic's end is known; what is acknowledged from then on will be seen.
     *
     * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
     * @throws IllegalArgumentException if there is no such topic
     */
    public KafkaWatch(
            String bootstrapServers, Map<String, String> properties, String topic, Collection<String> deviceIds) {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, "simulator-ledger");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
        config.put("enable.metrics.push", false);
        config.putAll(properties);
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        ledger = new Ledger(deviceIds);
        try {
            partitions = consumer.partitionsFor(topic, ANSWER).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                throw new IllegalArgumentException("topic " + topic + " is not there (expected that of the readings)");
            }
            consumer.assign(partitions);
            consumer.endOffsets(partitions, ANSWER).forEach(consumer::seek);
        } catch (RuntimeException failure) {
            consumer.close();
            throw failure;
        }
        thread.setDaemon(true);
        thread.start();
    }

    /** Once, when the fleet has stopped: reads what Kafka has by now, for at most `patience`, and compares. */
    public CompletableFuture<Findings> compare(List<Sent> sent, Duration patience) {
        end = new End(List.copyOf(sent), System.nanoTime() + patience.toNanos());
        return findings;
    }

    private void run() {
        try (consumer) {
            @Nullable Map<TopicPartition, Long> ends = null;
            long lastNews = System.nanoTime();
            while (!stopping) {
                End asked = end;
                if (asked != null && ends == null) {
                    ends = consumer.endOffsets(partitions, ANSWER);
                    lastNews = System.nanoTime();
                }
                ConsumerRecords<byte[], byte[]> news = consumer.poll(POLL);
                for (ConsumerRecord<byte[], byte[]> record : news) {
                    if (record.key() != null && record.value() != null) {
                        ledger.enter(record.key(), record.value());
                    }
                }
                long now = System.nanoTime();
                lastNews = news.isEmpty() ? lastNews : now;
                if (asked != null && ends != null) {
                    boolean complete =
                            reached(ends) && (!ledger.hasGaps(asked.sent()) || now - lastNews > QUIET.toNanos());
                    if (complete || now - asked.deadline() > 0) {
                        boolean unused = findings.complete(ledger.compare(asked.sent(), complete));
                        return;
                    }
                }
            }
        } catch (InterruptException stopped) {
            boolean unused = findings.completeExceptionally(stopped);
        } catch (RuntimeException failure) {
            boolean unused = findings.completeExceptionally(failure);
        }
    }

    private boolean reached(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /** The thread ends within its poll. */
    @Override
    public void close() {
        stopping = true;
        boolean unused = findings.completeExceptionally(new IllegalStateException("the watch was closed"));
    }
}
