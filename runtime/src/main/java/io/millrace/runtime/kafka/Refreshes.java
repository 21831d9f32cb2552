package io.millrace.runtime.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait until a reader has read all that Kafka had when they asked. The ends are asked of Kafka once for all who came
 * while the last question was under way, over a connection of its own: a broker answers no question on a connection while it
 * holds a fetch of it. Any thread.
 */
final class Refreshes implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 5_000;

    private final Admin admin;
    private final Map<TopicPartition, OffsetSpec> latest;
    private final Queue<CompletableFuture<Void>> asking = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isAsked = new AtomicBoolean();
    private volatile @Nullable Throwable stopped;
    /** Guarded by this, like the positions. */
    private final List<Waiting> waiting = new ArrayList<>();

    private Map<TopicPartition, Long> positions = Map.of();

    /** Who waits for the reader to come to these ends. */
    private record Waiting(List<CompletableFuture<Void>> all, Map<TopicPartition, Long> ends) {}

    Refreshes(KafkaSettings settings, String name, Collection<TopicPartition> partitions) {
        this.admin = Admin.create(settings.admin(name));
        this.latest = partitions.stream().collect(Collectors.toMap(Function.identity(), p -> OffsetSpec.latest()));
    }

    /** Fails if Kafka does not answer within 5 s. Completes on a thread of the reader or of Kafka's client. */
    CompletionStage<Void> ask() {
        CompletableFuture<Void> one = new CompletableFuture<>();
        asking.add(one);
        Throwable why = stopped;
        if (why == null) {
            askKafka();
        } else {
            one.completeExceptionally(why);
        }
        return one;
    }

    private void askKafka() {
        if (asking.isEmpty() || !isAsked.compareAndSet(false, true)) {
            return;
        }
        List<CompletableFuture<Void>> all = takeAll();
        var unused = admin.listOffsets(latest, new ListOffsetsOptions().timeoutMs(PATIENCE_MILLIS))
                .all()
                .whenComplete((ends, failure) -> {
                    isAsked.set(false);
                    askKafka();
                    if (failure == null) {
                        await(new Waiting(all, offsets(ends)));
                    } else {
                        all.forEach(one -> one.completeExceptionally(failure));
                    }
                });
    }

    private static Map<TopicPartition, Long> offsets(
            Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> ends) {
        return ends.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue()
                .offset()));
    }

    private void await(Waiting group) {
        Throwable why;
        synchronized (this) {
            why = stopped;
            if (why == null && !isReached(group)) {
                waiting.add(group);
                return;
            }
        }
        group.all.forEach(why == null ? one -> one.complete(null) : one -> one.completeExceptionally(why));
    }

    /** The reader has handled all before these positions. */
    void reached(Map<TopicPartition, Long> newPositions) {
        List<Waiting> done = new ArrayList<>();
        synchronized (this) {
            positions = newPositions;
            waiting.removeIf(group -> isReached(group) && done.add(group));
        }
        done.forEach(group -> group.all.forEach(one -> one.complete(null)));
    }

    private boolean isReached(Waiting group) {
        return group.ends.entrySet().stream()
                .allMatch(end -> positions.getOrDefault(end.getKey(), -1L) >= end.getValue());
    }

    private List<CompletableFuture<Void>> takeAll() {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (CompletableFuture<Void> one = asking.poll(); one != null; one = asking.poll()) {
            all.add(one);
        }
        return all;
    }

    /** The reader has stopped. */
    void fail(Throwable why) {
        List<Waiting> left;
        synchronized (this) {
            stopped = why;
            left = List.copyOf(waiting);
            waiting.clear();
        }
        left.forEach(group -> group.all.forEach(one -> one.completeExceptionally(why)));
        takeAll().forEach(one -> one.completeExceptionally(why));
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
