package io.millrace.gateway.live;

import io.micrometer.core.instrument.Counter;
import io.millrace.gateway.topic.TopicFilter;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * What one operator is to see, between the feed's thread and the operator's event loop. Bounded: who reads too slowly loses
 * messages, which are counted, and slows nobody else. Lives as long as the operator's connection.
 */
public final class LiveQueue {
    private static final int MOST = 2_000;

    private final Executor loop;
    private final Predicate<LiveMessage> sink;
    private final Counter sent;
    private final Counter dropped;
    private final Queue<LiveMessage> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private volatile List<TopicFilter> filters = List.of();

    /** @param sink called on the loop; false if the client's socket takes no more now */
    public LiveQueue(Executor loop, Predicate<LiveMessage> sink, Counter sent, Counter dropped) {
        this.loop = loop;
        this.sink = sink;
        this.sent = sent;
        this.dropped = dropped;
    }

    /** The operator's event loop. */
    public void filter(List<TopicFilter> now) {
        filters = List.copyOf(now);
    }

    /** The feed's thread. */
    void offer(LiveMessage message) {
        if (filters.stream().noneMatch(filter -> filter.matches(message.topic()))) {
            return;
        }
        if (queued.get() >= MOST) {
            dropped.increment();
            return;
        }
        queue.add(message);
        if (queued.getAndIncrement() == 0) {
            loop.execute(this::drain);
        }
    }

    private void drain() {
        int handled = 0;
        for (LiveMessage message = queue.poll(); message != null; message = queue.poll()) {
            (sink.test(message) ? sent : dropped).increment();
            handled++;
        }
        // What came in after the last poll has called nobody, for the count was not zero.
        if (queued.addAndGet(-handled) > 0) {
            loop.execute(this::drain);
        }
    }
}
