package io.millrace.rules.backtest;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The records of a topic from a time on, up to where it ended when reading began, those of all partitions together in the order of
 * their times. Joins no group, commits nothing. To be read once, on one thread; another may ask for the progress.
 */
final class TopicRange implements Closeable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int FETCH_BYTES = 8 << 20;
    /** Records of one partition that wait for those of others: beyond this it is not asked for more. */
    private static final int MOST_WAITING = 5_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String brokers;
    private final String topic;
    private final OptionalLong since;
    private final Map<TopicPartition, Backlog> backlogs = new HashMap<>();
    private final PriorityQueue<Backlog> ready = new PriorityQueue<>(Comparator.comparingLong(Backlog::time));
    private long total = 1;
    private long taken;
    private volatile double progress;

    /**
     * Does not connect yet.
     *
     * @param properties of the connection
     * @param since epoch milliseconds; empty = from the topic's beginning
     * @throws IllegalArgumentException if a property is none that Kafka's consumer takes
     */
    TopicRange(Map<String, String> properties, String topic, OptionalLong since) {
        Properties all = new Properties();
        all.putAll(properties);
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        all.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.toString(FETCH_BYTES));
        all.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "5000");
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        // An absent broker is told once, at the end of the patience, not ten times a second in the log.
        all.putIfAbsent(ConsumerConfig.RECONNECT_BACKOFF_MS_CONFIG, "2000");
        all.putIfAbsent(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "5000");
        try {
            consumer = new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException wrong) {
            Throwable why = wrong.getCause() == null ? wrong : wrong.getCause();
            throw new IllegalArgumentException(String.valueOf(why.getMessage()), wrong);
        }
        brokers = String.valueOf(all.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG));
        this.topic = topic;
        this.since = since;
    }

    /** What has come of one partition and is not taken yet. */
    private static final class Backlog {
        final TopicPartition partition;
        final long end;
        final Deque<ConsumerRecord<byte[], byte[]>> records = new ArrayDeque<>();
        /** Where the consumer stands. */
        long position;

        boolean paused;

        Backlog(TopicPartition partition, long start, long end) {
            this.partition = partition;
            this.position = start;
            this.end = end;
        }

        boolean isRead() {
            return position >= end;
        }

        long time() {
            return records.getFirst().timestamp();
        }
    }

    /** Whether there is such a topic. */
    boolean exists() throws IOException {
        try {
            return !consumer.partitionsFor(topic, PATIENCE).isEmpty();
        } catch (KafkaException failed) {
            throw failure(failed);
        }
    }

    void readTo(Consumer<ConsumerRecord<byte[], byte[]>> reader) throws IOException {
        try {
            begin();
            Set<Backlog> open = new HashSet<>(backlogs.values());
            while (!open.isEmpty() || !ready.isEmpty()) {
                // Only when nothing is missing is the oldest record at hand the oldest of all.
                if (open.stream().allMatch(backlog -> !backlog.records.isEmpty())) {
                    takeOldest(reader, open);
                } else {
                    poll();
                }
                open.removeIf(Backlog::isRead);
                progress = Math.min(1, (double) taken / total);
            }
            progress = 1;
        } catch (KafkaException failed) {
            throw failure(failed);
        }
    }

    private IOException failure(KafkaException failed) {
        if (failed instanceof TimeoutException) {
            return new IOException("no answer from " + brokers + " within " + PATIENCE.toSeconds() + " s", failed);
        }
        return new IOException("topic " + topic + " cannot be read: " + failed.getMessage(), failed);
    }

    private void begin() throws IOException {
        List<TopicPartition> partitions = consumer.partitionsFor(topic, PATIENCE).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new IOException("there is no topic " + topic);
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
        Map<TopicPartition, Long> starts = starts(partitions, ends);
        for (TopicPartition partition : partitions) {
            Backlog backlog =
                    new Backlog(partition, starts.getOrDefault(partition, 0L), ends.getOrDefault(partition, 0L));
            if (!backlog.isRead()) {
                backlogs.put(partition, backlog);
                total += backlog.end - backlog.position;
            }
        }
        consumer.assign(backlogs.keySet());
        backlogs.values().forEach(backlog -> consumer.seek(backlog.partition, backlog.position));
    }

    private Map<TopicPartition, Long> starts(Collection<TopicPartition> partitions, Map<TopicPartition, Long> ends) {
        if (since.isEmpty()) {
            return consumer.beginningOffsets(partitions, PATIENCE);
        }
        Map<TopicPartition, Long> times =
                partitions.stream().collect(Collectors.toMap(Function.identity(), p -> since.getAsLong()));
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times, PATIENCE);
        Map<TopicPartition, Long> starts = new HashMap<>();
        for (TopicPartition partition : partitions) {
            OffsetAndTimestamp start = found.get(partition);
            starts.put(partition, start == null ? ends.getOrDefault(partition, 0L) : Long.valueOf(start.offset()));
        }
        return starts;
    }

    /** Until a partition has nothing more at hand. */
    private void takeOldest(Consumer<ConsumerRecord<byte[], byte[]>> reader, Set<Backlog> open) {
        Backlog backlog;
        do {
            backlog = ready.remove();
            long next = ready.isEmpty() ? Long.MAX_VALUE : ready.peek().time();
            do {
                reader.accept(backlog.records.remove());
                taken++;
            } while (!backlog.records.isEmpty() && backlog.time() <= next);
            if (!backlog.records.isEmpty()) {
                ready.add(backlog);
            }
        } while (!ready.isEmpty() && (!backlog.records.isEmpty() || !open.contains(backlog)));
    }

    private void poll() throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<TopicPartition> full = new java.util.ArrayList<>();
        List<TopicPartition> hungry = new java.util.ArrayList<>();
        for (Backlog backlog : backlogs.values()) {
            boolean tooMuch = backlog.records.size() >= MOST_WAITING || backlog.isRead();
            if (tooMuch != backlog.paused) {
                backlog.paused = tooMuch;
                (tooMuch ? full : hungry).add(backlog.partition);
            }
        }
        consumer.pause(full);
        consumer.resume(hungry);
        boolean moved = false;
        while (!moved) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                keep(record);
            }
            // The position tells more than the records: offsets that transactions or compaction have taken are none.
            for (Backlog backlog : backlogs.values()) {
                long position = consumer.position(backlog.partition, PATIENCE);
                moved |= position != backlog.position;
                backlog.position = position;
            }
            if (!moved && System.nanoTime() > deadline) {
                throw new IOException(
                        "topic " + topic + ": nothing came for " + PATIENCE.toSeconds() + " s, before its end");
            }
        }
    }

    private void keep(ConsumerRecord<byte[], byte[]> record) {
        Backlog backlog = backlogs.get(new TopicPartition(record.topic(), record.partition()));
        if (backlog != null && record.offset() < backlog.end) {
            backlog.records.add(record);
            if (backlog.records.size() == 1) {
                ready.add(backlog);
            }
        }
    }

    double progress() {
        return progress;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
