package io.millrace.rules.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Streams' clients, of which the consumers note after each poll how far they have come. A consumer that has not polled for a
 * while (the process was paused, the thread was busy) does not know what has come meanwhile: it counts as behind until it has
 * polled for {@link #SETTLING} again. Poll on the stream threads; {@link #reached} on the same.
 */
public final class PositionedClients implements KafkaClientSupplier, LogEnd {

    private static final long GAP = 2_000;
    private static final long SETTLING = 1_000;

    private record Position(boolean atEnd, long lastPolled, long steadySince, long at) {}

    private final Map<TopicPartition, Position> positions = new ConcurrentHashMap<>();
    private final LongSupplier clock;

    /** @param clock epoch milliseconds */
    public PositionedClients(LongSupplier clock) {
        this.clock = clock;
    }

    @Override
    public boolean reached(TopicPartition partition, long processed) {
        Position position = positions.get(partition);
        long now = clock.getAsLong();
        return position != null
                && position.atEnd
                && processed >= position.lastPolled
                && now - position.at < GAP
                && now - position.steadySince >= SETTLING;
    }

    private final class NotingConsumer extends KafkaConsumer<byte[], byte[]> {
        private final Map<TopicPartition, Long> lastPolled = new HashMap<>();
        private long polledAt = Long.MIN_VALUE;
        private long steadySince;

        NotingConsumer(Map<String, Object> config) {
            super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
            long now = clock.getAsLong();
            if (polledAt == Long.MIN_VALUE || now - polledAt > GAP) {
                steadySince = now;
            }
            polledAt = now;
            lastPolled.keySet().retainAll(assignment());
            for (TopicPartition partition : assignment()) {
                note(partition, records.records(partition), now);
            }
            return records;
        }

        private void note(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> news, long now) {
            if (!news.isEmpty()) {
                lastPolled.put(partition, news.get(news.size() - 1).offset());
            }
            OptionalLong lag = currentLag(partition);
            boolean atEnd = lag.isPresent() && lag.getAsLong() == 0;
            positions.put(partition, new Position(atEnd, lastPolled.getOrDefault(partition, -1L), steadySince, now));
        }
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return new NotingConsumer(config);
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
