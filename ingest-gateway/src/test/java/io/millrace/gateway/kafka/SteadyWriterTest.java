package io.millrace.gateway.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;

class SteadyWriterTest {
    private final ConcurrentLinkedQueue<String> taken = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
    private volatile boolean full;

    private void producer(ProducerRecord<byte[], byte[]> record, Callback callback) {
        String text = new String(record.value(), UTF_8);
        if (text.isEmpty()) {
            callback.onCompletion(null, new RecordTooLargeException("never"));
        } else if (full) {
            callback.onCompletion(null, new BufferExhaustedException("full"));
        } else {
            taken.add(text);
            callback.onCompletion(null, null);
        }
    }

    private void send(SteadyWriter writer, String... texts) {
        for (String text : texts) {
            writer.send(
                    new ProducerRecord<>("t", text.getBytes(UTF_8)),
                    (metadata, failure) -> told.add(failure == null ? text : failure.getMessage()));
        }
    }

    @Test
    void whatFindsNoRoomIsTriedAgainInOrder() {
        try (SteadyWriter writer = SteadyWriter.over(this::producer)) {
            send(writer, "a");
            full = true;
            send(writer, "b", "c");
            assertThat(taken).containsExactly("a");
            full = false;
            send(writer, "d");
            await().untilAsserted(() -> assertThat(told).containsExactly("a", "b", "c", "d"));
            send(writer, "e");
            await().untilAsserted(() -> assertThat(taken).containsExactly("a", "b", "c", "d", "e"));
        }
    }

    @Test
    void otherFailuresAreFinal() {
        try (SteadyWriter writer = SteadyWriter.over(this::producer)) {
            send(writer, "", "a");
            assertThat(told).containsExactlyElementsOf(List.of("never", "a"));
        }
    }

    @Test
    void theEndIsALastTry() {
        full = true;
        SteadyWriter writer = SteadyWriter.over(this::producer);
        send(writer, "a");
        full = false;
        writer.close();
        assertThat(told).containsExactly("a");
    }

    @Test
    void anEndWaitsAlsoWhenTooMuchWaitsForAnythingElse() {
        try (SteadyWriter writer = SteadyWriter.over(this::producer, 2)) {
            full = true;
            send(writer, "a", "b", "c");
            assertThat(told).containsExactly("too many events wait for Kafka");
            writer.sendEnd(new ProducerRecord<>("t", "end".getBytes(UTF_8)), (metadata, failure) -> told.add("end"));
            assertThat(told).hasSize(1);
            full = false;
            await().untilAsserted(() -> assertThat(taken).containsExactly("a", "b", "end"));
        }
    }
}
