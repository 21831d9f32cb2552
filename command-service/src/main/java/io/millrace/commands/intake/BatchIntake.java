package io.millrace.commands.intake;

import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.CommandServiceMetrics.Intake;
import io.millrace.commands.store.Database;
import io.millrace.runtime.kafka.RecordHandler;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a batch, hands it on as a whole, and sees to it that one bad record stops nobody. A record that cannot be understood is
 * counted, told and passed over, for it would be no better the next time. Where the data are refused (PostgreSQL has no place
 * for a text with U+0000, which JSON allows and any device may send), the batch is halved until the culprit stands alone. Any
 * other failure is a neighbour's: the whole batch comes again. On the consumer's thread, then wherever the work completes.
 *
 * @param <T> what a record says
 */
final class BatchIntake<T> implements RecordHandler {
    private static final Logger log = LoggerFactory.getLogger(BatchIntake.class);

    private final Intake intake;
    private final Function<ConsumerRecord<byte[], byte[]>, T> decoder;
    private final Function<List<Decoded<T>>, Future<Void>> work;
    private final CommandServiceMetrics metrics;
    private final Clock clock;

    /** @param work bears repetition, of the batch and of parts of it in the same order */
    BatchIntake(
            Intake intake,
            Function<ConsumerRecord<byte[], byte[]>, T> decoder,
            Function<List<Decoded<T>>, Future<Void>> work,
            CommandServiceMetrics metrics,
            Clock clock) {
        this.intake = intake;
        this.decoder = decoder;
        this.work = work;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** A record with what it says. */
    record Decoded<T>(T value, ConsumerRecord<byte[], byte[]> record) {}

    @Override
    public CompletionStage<?> handle(ConsumerRecords<byte[], byte[]> records) {
        metrics.received(intake, records.count());
        List<Decoded<T>> batch = new ArrayList<>(records.count());
        Instant now = clock.instant();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            metrics.waited(intake, Duration.between(Instant.ofEpochMilli(record.timestamp()), now));
            decode(record, batch);
        }
        return (batch.isEmpty() ? Future.<Void>succeededFuture() : handOn(batch)).toCompletionStage();
    }

    /** Tombstones of compacted topics say nothing to us. */
    private void decode(ConsumerRecord<byte[], byte[]> record, List<Decoded<T>> batch) {
        if (record.value() == null) {
            metrics.tombstone(intake);
            return;
        }
        try {
            batch.add(new Decoded<>(decoder.apply(record), record));
        } catch (RuntimeException e) {
            metrics.unreadable(intake);
            passOver(record, e);
        }
    }

    private Future<Void> handOn(List<Decoded<T>> batch) {
        return attempt(batch).recover(failure -> {
            if (!isRefused(failure)) {
                return Future.failedFuture(failure);
            }
            if (batch.size() == 1) {
                metrics.refused(intake);
                passOver(batch.get(0).record(), failure);
                return Future.succeededFuture();
            }
            int half = batch.size() / 2;
            return handOn(batch.subList(0, half)).compose(done -> handOn(batch.subList(half, batch.size())));
        });
    }

    private Future<Void> attempt(List<Decoded<T>> batch) {
        try {
            return work.apply(batch);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private static boolean isRefused(Throwable failure) {
        return Database.isBadData(failure) || failure instanceof IllegalArgumentException;
    }

    private static void passOver(ConsumerRecord<byte[], byte[]> record, Throwable reason) {
        log.atWarn()
                .addKeyValue("topic", record.topic())
                .addKeyValue("partition", record.partition())
                .addKeyValue("offset", record.offset())
                .addKeyValue("reason", reason.getMessage())
                .log("record passed over");
    }
}
