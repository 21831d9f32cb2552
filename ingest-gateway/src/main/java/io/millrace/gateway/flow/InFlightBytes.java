package io.millrace.gateway.flow;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that one event loop has handed to Kafka and that Kafka has not yet acknowledged, against a bound. The sum of all
 * loops' bounds stays below the producer's buffer, so that sending never blocks. {@link #take} and {@link #callWhenRoom} belong
 * to the event loop, {@link #release} to any thread; two counters with one writer each cost less than a shared one.
 */
public final class InFlightBytes {
    private final long bound;
    private final Runnable room;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong released = new AtomicLong();
    private final AtomicBoolean waiting = new AtomicBoolean();

    /** @param room called by any thread, once for each {@link #callWhenRoom}, when half of the bound is free again */
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
        long sum = released.addAndGet(bytes);
        if (waiting.getPlain() && taken.get() - sum <= bound / 2 && waiting.compareAndSet(true, false)) {
            room.run();
        }
    }

    public void callWhenRoom() {
        waiting.set(true);
        // What was released between the caller's look and the line above has called nobody.
        if (now() <= bound / 2 && waiting.compareAndSet(true, false)) {
            room.run();
        }
    }

    public long now() {
        return taken.get() - released.get();
    }
}
