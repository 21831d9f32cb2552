package io.millrace.gateway.state;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.gateway.kafka.SteadyWriter;
import io.millrace.gateway.state.KeptStates.Kept;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.SessionState;
import io.millrace.schemas.SessionState.Subscription;
import io.millrace.schemas.Topics;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;

/** States of sessions on a Kafka that acknowledges, and is read, when the test says so. */
abstract class PlayedStates {
    static final DeviceId DEVICE = new DeviceId("d");
    /** The slot of a gateway that does not come back. */
    static final int GONE = 7;

    static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    static final Topics TOPICS = new Topics("");
    static final List<Subscription> COMMANDS = List.of(new Subscription("commands", 1));

    record Sent(ProducerRecord<byte[], byte[]> record, Callback callback) {}

    final Deque<Sent> sent = new ArrayDeque<>();
    final List<Long> overwritten = new ArrayList<>();
    final KeptStates kept = new KeptStates((device, epoch, slot) -> overwritten.add(epoch));
    final SteadyWriter writer = SteadyWriter.over((record, callback) -> sent.add(new Sent(record, callback)));
    Instant now = START;
    CompletionStage<Void> refreshed = CompletableFuture.completedFuture(null);
    final SessionStates states = new SessionStates(
            kept,
            () -> refreshed,
            writer,
            TOPICS,
            2,
            slot -> slot == 2 || slot == GONE,
            new Clock() {
                @Override
                public Instant instant() {
                    return now;
                }

                @Override
                public ZoneId getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(ZoneId zone) {
                    return this;
                }
            },
            new SimpleMeterRegistry().counter("failures"));

    @AfterEach
    void close() {
        writer.close();
    }

    /** Kafka takes all that was sent, and every gateway reads it. */
    void acknowledgeAll() {
        for (Sent one = sent.poll(); one != null; one = sent.poll()) {
            read(one.record);
            one.callback.onCompletion(null, null);
        }
    }

    void read(ProducerRecord<byte[], byte[]> record) {
        kept.accept(consumed(record));
    }

    static ConsumerRecord<byte[], byte[]> consumed(ProducerRecord<byte[], byte[]> record) {
        return new ConsumerRecord<>(
                record.topic(),
                0,
                0,
                0,
                TimestampType.CREATE_TIME,
                1,
                1,
                record.key(),
                record.value(),
                new RecordHeaders(record.headers().toArray()),
                Optional.empty());
    }

    /** What a gateway finds that starts when all was compacted. */
    KeptStates compacted(ProducerRecord<byte[], byte[]> last) {
        KeptStates later = new KeptStates((device, epoch, slot) -> {});
        later.accept(consumed(last));
        return later;
    }

    void stateOf(long epoch, int slot, boolean connected, long expirySeconds) {
        read(new SessionState(DEVICE, slot, epoch, now, expirySeconds, connected, COMMANDS, List.of(7), List.of())
                .toRecord(TOPICS));
    }

    CompletionStage<Optional<Kept>> take(long epoch, boolean clean, boolean isKept) {
        return states.take(DEVICE, epoch, clean, isKept, states.refreshed());
    }

    static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().getNow(null);
    }
}
