package io.millrace.rules.backtest;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A telemetry topic from a time on, up to where it ended when reading began. Joins no group, commits nothing. */
public final class RecordedTopic implements Recording {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int FETCH_BYTES = 8 << 20;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;
    private final long since;
    private volatile double progress;

    /**
     * To be read on the thread that calls {@link #readTo}.
     *
     * @param properties of the connection
     * @param since epoch milliseconds
     */
    public RecordedTopic(Map<String, String> properties, String topic, long since) {
        Properties all = new Properties();
        all.putAll(properties);
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        all.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.toString(FETCH_BYTES));
        all.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "10000");
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        consumer = new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.topic = topic;
        this.since = since;
    }

    @Override
    public void readTo(Reader reader) throws IOException {
        try {
            List<TopicPartition> partitions = partitions();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
            read(starts(partitions, ends), ends, reader);
        } catch (KafkaException failed) {
            throw new IOException("topic " + topic + " cannot be read: " + failed.getMessage(), failed);
        }
    }

    private List<TopicPartition> partitions() throws IOException {
        List<TopicPartition> partitions = consumer.partitionsFor(topic, PATIENCE).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new IOException("there is no topic " + topic);
        }
        return partitions;
    }

    private Map<TopicPartition, Long> starts(Collection<TopicPartition> partitions, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> times =
                partitions.stream().collect(Collectors.toMap(Function.identity(), p -> since));
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times, PATIENCE);
        Map<TopicPartition, Long> starts = new HashMap<>();
        for (TopicPartition partition : partitions) {
            OffsetAndTimestamp start = found.get(partition);
            starts.put(partition, start == null ? ends.getOrDefault(partition, 0L) : Long.valueOf(start.offset()));
        }
        return starts;
    }

    private void read(Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends, Reader reader) {
        long total = Math.max(1, sum(ends) - sum(starts));
        List<TopicPartition> open = new ArrayList<>(starts.keySet());
        open.removeIf(partition -> starts.getOrDefault(partition, 0L) >= ends.getOrDefault(partition, 0L));
        consumer.assign(open);
        open.forEach(partition -> consumer.seek(partition, starts.getOrDefault(partition, 0L)));
        byte[] line = new byte[0];
        while (!open.isEmpty()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                if (record.key() == null || record.value() == null) {
                    reader.unreadable(record.offset(), "a record without key or value");
                    continue;
                }
                int key = record.key().length;
                int value = record.value().length;
                line = line.length >= key + value ? line : new byte[(key + value) * 2];
                System.arraycopy(record.key(), 0, line, 0, key);
                System.arraycopy(record.value(), 0, line, key, value);
                reader.reading(line, 0, key, key, key + value, record.timestamp());
            }
            List<TopicPartition> finished = open.stream()
                    .filter(partition -> consumer.position(partition, PATIENCE) >= ends.getOrDefault(partition, 0L))
                    .toList();
            if (!finished.isEmpty()) {
                open.removeAll(finished);
                Map<TopicPartition, Long> positions = open.stream()
                        .collect(Collectors.toMap(Function.identity(), p -> consumer.position(p, PATIENCE)));
                consumer.assign(open);
                positions.forEach(consumer::seek);
            }
            progress = 1 - (double) left(open, ends) / total;
        }
    }

    private long left(List<TopicPartition> open, Map<TopicPartition, Long> ends) {
        return open.stream()
                .mapToLong(partition -> ends.getOrDefault(partition, 0L) - consumer.position(partition, PATIENCE))
                .sum();
    }

    private static long sum(Map<TopicPartition, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public double progress() {
        return progress;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
