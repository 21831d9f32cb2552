package io.millrace.gateway.kafka;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what must not be lost though no client is there to send it again: ends of sessions, outcomes of commands, states. A
 * record for which the producer's buffer has no room waits here, with all that come behind it, in order, and is tried again by
 * a thread of its own. Any thread; nobody is blocked longer than the producer blocks once.
 *
 * <p>What waits is bounded, for clients that subscribe and unsubscribe make records without end: beyond the bound a record is
 * refused, and whose it was ends its connection. An end is never refused. Of ends there are no more than one or two for each
 * connection and one for each command that Kafka has brought, and without Kafka neither become more.
 */
public final class SteadyWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SteadyWriter.class);
    private static final long PAUSE_MILLIS = 100;
    /** Some 50 MB. */
    private static final int MOST_WAITING = 100_000;

    /** Where records go; tells {@link BufferExhaustedException} at once, by the caller's thread, when there is no room. */
    public interface Target {
        void send(ProducerRecord<byte[], byte[]> record, Callback callback);
    }

    private record Waiting(ProducerRecord<byte[], byte[]> record, Callback callback) {}

    private final Target target;
    private final int most;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "gateway-retry"));
    private volatile boolean behind;

    public SteadyWriter(RecordWriter writer) {
        this(writer::send, MOST_WAITING);
    }

    private SteadyWriter(Target target, int most) {
        this.target = target;
        this.most = most;
    }

    public static SteadyWriter over(Target target) {
        return over(target, MOST_WAITING);
    }

    static SteadyWriter over(Target target, int most) {
        return new SteadyWriter(target, most);
    }

    /** Of a session that goes on; if the callback is told a failure, it must not. */
    public void send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        send(new Waiting(record, callback), most);
    }

    /** The end of a session, or of a command on this gateway. */
    public void sendEnd(ProducerRecord<byte[], byte[]> record, Callback callback) {
        send(new Waiting(record, callback), Integer.MAX_VALUE);
    }

    private void send(Waiting one, int bound) {
        if (behind || !isTaken(one)) {
            putBehind(one, bound);
        }
    }

    /** Whether the producer has it; all that it says later goes to the callback. */
    private boolean isTaken(Waiting one) {
        boolean[] full = {false};
        target.send(one.record, (metadata, failure) -> {
            if (failure instanceof BufferExhaustedException) {
                full[0] = true;
            } else {
                one.callback.onCompletion(metadata, failure);
            }
        });
        return !full[0];
    }

    private void putBehind(Waiting one, int bound) {
        synchronized (waiting) {
            if (waiting.size() < bound) {
                waiting.add(one);
                if (!behind) {
                    behind = true;
                    log.atWarn().log("no room for events on their way to Kafka, they wait");
                    retryLater();
                }
                return;
            }
        }
        one.callback.onCompletion(null, new BufferExhaustedException("too many events wait for Kafka"));
    }

    private void retryLater() {
        var unused = thread.schedule(this::retry, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void retry() {
        while (true) {
            Waiting first;
            synchronized (waiting) {
                first = waiting.peek();
                if (first == null) {
                    behind = false;
                    log.atInfo().log("events that waited are on their way to Kafka");
                    return;
                }
            }
            if (!isTaken(first)) {
                retryLater();
                return;
            }
            synchronized (waiting) {
                waiting.remove();
            }
        }
    }

    /** One last try for those that wait. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            var unused = thread.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (waiting) {
            for (Waiting one = waiting.poll(); one != null; one = waiting.poll()) {
                target.send(one.record, one.callback);
            }
        }
    }
}
