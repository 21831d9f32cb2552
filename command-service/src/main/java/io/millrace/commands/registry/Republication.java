package io.millrace.commands.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.commands.dispatch.RegistryPublisher;
import io.millrace.commands.store.ApiKeyStore;
import io.millrace.commands.store.Database;
import io.millrace.commands.store.Device;
import io.millrace.commands.store.DeviceImportStore;
import io.millrace.commands.store.OutboxStore;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TopicReader;
import io.millrace.runtime.ops.Health;
import io.millrace.schemas.Topics;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Makes {@code device-registry} and {@code access-keys} say what PostgreSQL says: a tombstone for whom it does not know, then every
 * device and key anew. For a topic that was lost, and for a database that was restored from a backup. On a thread of its own, one at a
 * time in this process; changes may go on meanwhile, a row's lock keeps its records in order.
 */
public final class Republication {
    private static final int BATCH = 500;
    private static final int IDS_AT_ONCE = 20_000;
    private static final int TOLD_EVERY = 10_000;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Database database;
    private final DeviceImportStore devices;
    private final ApiKeyStore keys;
    private final OutboxStore outbox;
    private final RegistryPublisher publisher;
    private final KafkaSettings kafka;
    private final Topics topics;
    private final Clock clock;
    private final AtomicBoolean running = new AtomicBoolean();

    public Republication(
            Database database,
            DeviceImportStore devices,
            ApiKeyStore keys,
            OutboxStore outbox,
            RegistryPublisher publisher,
            KafkaSettings kafka,
            Topics topics,
            Clock clock) {
        this.database = database;
        this.devices = devices;
        this.keys = keys;
        this.outbox = outbox;
        this.publisher = publisher;
        this.kafka = kafka;
        this.topics = topics;
        this.clock = clock;
    }

    /** How far it is. */
    public record Progress(long devices, long keys, long tombstones) {}

    public boolean isRunning() {
        return running.get();
    }

    /**
     * Completes when Kafka has it all.
     *
     * @param told now and then, on a thread of ours
     * @return empty if one is running here already
     */
    public Optional<Future<Progress>> start(Consumer<Progress> told) {
        if (!running.compareAndSet(false, true)) {
            return Optional.empty();
        }
        Promise<Progress> done = Promise.promise();
        Thread thread = new Thread(
                () -> {
                    try {
                        Progress end = run(told);
                        running.set(false);
                        done.complete(end);
                    } catch (RuntimeException e) {
                        running.set(false);
                        done.fail(e.getCause() == null ? e : e.getCause());
                    }
                },
                "registry-republication");
        thread.setDaemon(true);
        thread.start();
        return Optional.of(done.future());
    }

    private Progress run(Consumer<Progress> told) {
        Instant now = clock.instant();
        long tombstones = buryUnknown(now);
        told.accept(new Progress(0, 0, tombstones));
        ApiKeyStore.Republished ofKeys = await(keys.republish(idsOf(topics.accessKeys()), now));
        tombstones += ofKeys.tombstones();
        publisher.publish();
        long written = 0;
        Optional<String> last = Optional.of("");
        while (last.isPresent()) {
            String after = last.get();
            List<Device> batch = await(database.transaction(connection -> devices.next(connection, after, BATCH)
                    .compose(found ->
                            devices.publish(connection, found, clock.instant()).map(found))));
            publisher.publish();
            written += batch.size();
            if (written % TOLD_EVERY == 0) {
                told.accept(new Progress(written, ofKeys.keys(), tombstones));
            }
            last = batch.size() < BATCH
                    ? Optional.empty()
                    : Optional.of(batch.get(batch.size() - 1).id().value());
        }
        awaitPublished();
        return new Progress(written, ofKeys.keys(), tombstones);
    }

    private long buryUnknown(Instant now) {
        Set<String> some = new HashSet<>();
        long[] buried = {0};
        read(topics.deviceRegistry(), (id, there) -> {
            if (!there) {
                some.remove(id);
            } else if (some.add(id) && some.size() == IDS_AT_ONCE) {
                buried[0] += bury(some, now);
                some.clear();
            }
        });
        return buried[0] + bury(some, now);
    }

    private long bury(Set<String> ids, Instant now) {
        List<String> unknown = ids.isEmpty() ? List.of() : await(devices.unknown(ids));
        return unknown.isEmpty() ? 0 : await(devices.bury(unknown, now));
    }

    private Set<String> idsOf(String topic) {
        Set<String> ids = new HashSet<>();
        read(topic, (id, there) -> {
            var unused = there ? ids.add(id) : ids.remove(id);
        });
        return ids;
    }

    /** Keys of records, and whether it is no tombstone, from the beginning to what is the end now; some more than once. */
    private void read(String topic, BiConsumer<String, Boolean> handler) {
        AtomicReference<RuntimeException> failure = new AtomicReference<>();
        try (TopicReader reader = TopicReader.table(
                "registry-republication",
                kafka,
                topic,
                record -> {
                    if (failure.get() == null) {
                        try {
                            handler.accept(new String(record.key(), UTF_8), record.value() != null);
                        } catch (RuntimeException e) {
                            failure.set(e);
                        }
                    }
                },
                new Health())) {
            reader.start();
            var unused = reader.caughtUp()
                    .toCompletableFuture()
                    .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }
        RuntimeException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    private void awaitPublished() {
        long last = await(outbox.last(database));
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!await(outbox.isEmptyUpTo(database, last))) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("Kafka has not taken it all after " + PATIENCE);
            }
            publisher.publish();
            var unused = new CompletableFuture<Void>()
                    .completeOnTimeout(null, LOOK.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        }
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
