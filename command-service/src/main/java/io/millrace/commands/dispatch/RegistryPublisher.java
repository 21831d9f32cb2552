package io.millrace.commands.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.store.Database;
import io.millrace.commands.store.OutboxStore;
import io.millrace.schemas.Topics;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the outbox to {@code device-registry} and {@code access-keys}, in order, and empties it once Kafka has the records. One
 * round at a time in this process, one process at a time by the outbox's lock; a round that fails leaves everything for the
 * next one. Any thread.
 */
public final class RegistryPublisher {
    private static final Logger log = LoggerFactory.getLogger(RegistryPublisher.class);
    private static final int BATCH = 1_000;

    private final Database database;
    private final OutboxStore outbox;
    private final Publisher publisher;
    private final Topics topics;
    private final CommandServiceMetrics metrics;
    /** Calls of {@link #publish} that no finished round has answered yet. */
    private final AtomicInteger wanted = new AtomicInteger();
    /** {@link System#nanoTime} of the first call since a round has succeeded; null after one that has left nothing. */
    private final AtomicReference<@Nullable Long> waitingSince = new AtomicReference<>();

    public RegistryPublisher(
            Database database, OutboxStore outbox, Publisher publisher, Topics topics, CommandServiceMetrics metrics) {
        this.database = database;
        this.outbox = outbox;
        this.publisher = publisher;
        this.topics = topics;
        this.metrics = metrics;
        metrics.registryWaiting(this::waitingSeconds);
    }

    private double waitingSeconds() {
        Long since = waitingSince.get();
        return since == null ? 0 : (System.nanoTime() - since) / 1e9;
    }

    /** There may be something in the outbox: after every change of the registry, and now and then. */
    public void publish() {
        var unused = waitingSince.compareAndSet(null, System.nanoTime());
        if (wanted.getAndIncrement() == 0) {
            round();
        }
    }

    private void round() {
        int answered = wanted.get();
        database.transaction(connection -> outbox.take(connection, BATCH).compose(entries -> write(entries)
                        .compose(done -> outbox.done(connection, entries))
                        .map(entries.size())))
                .onComplete(round -> {
                    if (round.failed()) {
                        wanted.set(0);
                        log.atWarn()
                                .addKeyValue("reason", round.cause().toString())
                                .log("registry not published, trying again later");
                        return;
                    }
                    waitingSince.set(null);
                    if (round.result() == BATCH || !wanted.compareAndSet(answered, 0)) {
                        waitingSince.set(System.nanoTime());
                        round();
                    }
                });
    }

    private Future<Void> write(List<OutboxStore.Entry> entries) {
        return Future.join(entries.stream()
                        .map(entry -> publisher.send(record(entry)))
                        .toList())
                .onSuccess(done -> metrics.registryPublished(entries.size()))
                .mapEmpty();
    }

    private ProducerRecord<byte[], byte[]> record(OutboxStore.Entry entry) {
        String topic =
                switch (entry.topic()) {
                    case DEVICE_REGISTRY -> topics.deviceRegistry();
                    case ACCESS_KEYS -> topics.accessKeys();
                };
        byte[] value = entry.value().map(text -> text.getBytes(UTF_8)).orElse(null);
        return new ProducerRecord<>(topic, entry.key().getBytes(UTF_8), value);
    }
}
