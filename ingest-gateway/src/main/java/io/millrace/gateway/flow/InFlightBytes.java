package io.millrace.gateway.flow;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that one event loop has handed to Kafka and that Kafka has not yet acknowledged, against a bound. The sum of all
 * loops' bounds stays below the producer's buffer, so that sending never blocks. {@link #release} and {@link #now} are for any
 * thread, the rest for the event loop; two counters with one writer each cost less than a shared one.
 */
public final class InFlightBytes {
    private static final long NOBODY_WAITS = Long.MAX_VALUE;

    private final long bound;
    private final Runnable room;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong released = new AtomicLong();
    /** The sum of what must have been released for somebody who waits to be called. */
    private final AtomicLong wanted = new AtomicLong(NOBODY_WAITS);

    /** @param room called by any thread when what was waited for has come; all who wait should look then */
    public InFlightBytes(long bound, Runnable room) {
        this.bound = bound;
        this.room = room;
    }

    public boolean hasRoom() {
        return now() < bound;
    }

    public void take(int bytes) {
        taken.lazySet(taken.getPlain() + bytes);
    }

    public void release(int bytes) {
        callIfReached(released.addAndGet(bytes));
    }

    /** Calls when half of the bound is free again. */
    public void callWhenRoom() {
        callWhenArrived(taken.getPlain() - bound / 2);
    }

    /** All that has ever been taken. */
    public long taken() {
        return taken.getPlain();
    }

    /** Whether as much has arrived as had been taken when {@link #taken} was asked; nearly the same bytes, for Kafka acknowledges nearly in order. */
    public boolean hasArrived(long sum) {
        return released.get() >= sum;
    }

    /** Calls when {@link #hasArrived} is so; the earliest of all who wait counts. */
    public void callWhenArrived(long sum) {
        long before = wanted.get();
        while (before > sum && !wanted.compareAndSet(before, sum)) {
            before = wanted.get();
        }
        // What was released between the caller's look and the line above has called nobody.
        callIfReached(released.get());
    }

    private void callIfReached(long sum) {
        long at = wanted.getPlain();
        if (sum >= at && wanted.compareAndSet(at, NOBODY_WAITS)) {
            room.run();
        }
    }

    public long now() {
        return taken.get() - released.get();
    }
}
