package io.millrace.runtime.kafka;

import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/** What is done with a batch of records. */
@FunctionalInterface
public interface RecordHandler {
    /**
     * Called on the polling thread, one batch after the other. The next batch is polled, and offsets are committed, once the
     * stage has completed; if it fails, the same records come again after a pause, so the work must bear repetition.
     */
    CompletionStage<?> handle(ConsumerRecords<byte[], byte[]> records);
}
