package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads a topic from its beginning for a test, which takes out the records that it waits for. */
final class Tail implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<ConsumerRecord<byte[], byte[]>> seen = new ArrayList<>();

    Tail(KafkaSettings settings, String topic) {
        consumer = new KafkaConsumer<>(settings.consumer("tail-" + topic, Map.of()));
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(p -> new TopicPartition(topic, p.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    static String key(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.key(), UTF_8);
    }

    static String value(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.value(), UTF_8);
    }

    /** The first record that fits and was not taken before. */
    ConsumerRecord<byte[], byte[]> await(Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            for (Iterator<ConsumerRecord<byte[], byte[]>> i = seen.iterator(); i.hasNext(); ) {
                ConsumerRecord<byte[], byte[]> record = i.next();
                if (wanted.test(record)) {
                    i.remove();
                    return record;
                }
            }
            consumer.poll(Duration.ofMillis(200)).forEach(seen::add);
        }
        throw new AssertionError(
                "no such record among " + seen.stream().map(Tail::value).toList());
    }

    /** All that is in the topic now for that key, taken or not, in order. */
    List<ConsumerRecord<byte[], byte[]>> allNow(String key) {
        consumer.seekToBeginning(consumer.assignment());
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
            consumer.poll(Duration.ofMillis(100)).forEach(r -> {
                if (key.equals(key(r))) {
                    all.add(r);
                }
            });
        }
        return all;
    }

    /** All that is in the topic now, for a test that has no memory for it; how many there were. */
    long forEachNow(Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        consumer.seekToBeginning(consumer.assignment());
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        long count = 0;
        while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                reader.accept(record);
                count++;
            }
        }
        return count;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
