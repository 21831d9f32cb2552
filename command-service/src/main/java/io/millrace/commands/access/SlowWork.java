package io.millrace.commands.access;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Work that takes its time, on threads of its own, on half of the processors: a flood of it slows nothing else. Only so much may wait; more is
 * refused with {@link Busy}. Any thread; the outcome is told on the context of who asks.
 */
public final class SlowWork {
    private final WorkerExecutor threads;
    private final int most;
    private final AtomicInteger waiting = new AtomicInteger();

    /** There is too much of it just now. */
    public static final class Busy extends RuntimeException {
        private static final long serialVersionUID = 1;

        Busy() {
            super("too much of this work at once", null, false, false);
        }
    }

    /** @param most how much may wait or be under way */
    SlowWork(Vertx vertx, String name, int most) {
        this.most = most;
        int size = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        threads = vertx.createSharedWorkerExecutor(name, size);
    }

    <T> Future<T> run(Callable<T> work) {
        if (waiting.incrementAndGet() > most) {
            waiting.decrementAndGet();
            return Future.failedFuture(new Busy());
        }
        return threads.executeBlocking(work, false).onComplete(done -> waiting.decrementAndGet());
    }
}
