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
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait until a reader has read all that Kafka had when they asked. The ends are asked of Kafka once for all who came
 * meanwhile, however many they are. {@link #ask} is any thread's, the rest the reader's.
 */
final class Refreshes {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Queue<CompletableFuture<Void>> asking = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile @Nullable Throwable stopped;
    private List<CompletableFuture<Void>> waiting = List.of();
    /** What those who wait wait for; null until Kafka has said. */
    private @Nullable Map<TopicPartition, Long> ends;

    /** @param wake called when the reader does not know yet that somebody asks */
    CompletionStage<Void> ask(Runnable wake) {
        CompletableFuture<Void> one = new CompletableFuture<>();
        asking.add(one);
        Throwable why = stopped;
        if (why != null) {
            one.completeExceptionally(why);
        } else if (told.compareAndSet(false, true)) {
            wake.run();
        }
        return one;
    }

    /** Completes those whose ends are reached, and takes up those who came meanwhile. */
    void look(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        if (!waiting.isEmpty() && !isReached(consumer, partitions)) {
            return;
        }
        complete();
        told.set(false);
        waiting = takeAll();
        if (!waiting.isEmpty() && isReached(consumer, partitions)) {
            complete();
        }
    }

    private boolean isReached(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        try {
            Map<TopicPartition, Long> known = ends;
            if (known == null) {
                known = consumer.endOffsets(partitions, PATIENCE);
                ends = known;
            }
            return known.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
        } catch (TimeoutException e) {
            failWaiting(e);
            return true;
        }
    }

    private void complete() {
        waiting.forEach(one -> one.complete(null));
        waiting = List.of();
        ends = null;
    }

    private void failWaiting(Throwable why) {
        waiting.forEach(one -> one.completeExceptionally(why));
        waiting = List.of();
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
        stopped = why;
        failWaiting(why);
        takeAll().forEach(one -> one.completeExceptionally(why));
    }
}
