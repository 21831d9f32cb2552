package io.millrace.rules.backtest;

import java.io.IOException;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A telemetry topic from a time on, up to where it ended when reading began. */
public final class RecordedTopic implements Recording {

    private final TopicRange records;
    private byte[] bytes = new byte[0];

    /**
     * To be read on the thread that calls {@link #readTo}.
     *
     * @param properties of the connection
     * @param since epoch milliseconds
     */
    public RecordedTopic(Map<String, String> properties, String topic, long since) {
        records = new TopicRange(properties, topic, OptionalLong.of(since));
    }

    @Override
    public void readTo(Reader reader) throws IOException {
        records.readTo(record -> one(record, reader));
    }

    private void one(ConsumerRecord<byte[], byte[]> record, Reader reader) {
        if (record.key() == null || record.value() == null) {
            reader.unreadable(record.offset(), "a record without key or value");
            return;
        }
        int key = record.key().length;
        int value = record.value().length;
        bytes = bytes.length >= key + value ? bytes : new byte[(key + value) * 2];
        System.arraycopy(record.key(), 0, bytes, 0, key);
        System.arraycopy(record.value(), 0, bytes, key, value);
        reader.reading(bytes, 0, key, key, key + value, record.timestamp());
    }

    @Override
    public double progress() {
        return records.progress();
    }

    @Override
    public void close() {
        records.close();
    }
}
