package io.millrace.rules.backtest;

import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.model.Glob;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hands readings to the lanes, each device always to the same one, each lane on a thread of its own, a few batches ahead at most. Of
 * the reader's thread.
 */
final class Distributor implements Recording.Reader, AutoCloseable {

    private static final int AHEAD = 6;
    private static final long SIGN_EVERY = 1_000;
    private static final int MOST_SHOWN = 3;

    /** A lane, its thread and what waits for it. */
    private static final class Worker {
        final Lane lane;
        final ArrayBlockingQueue<Batch> queue = new ArrayBlockingQueue<>(AHEAD);
        final Thread thread;
        Batch next = new Batch();
        volatile @Nullable Throwable failure;

        Worker(Lane lane, int number) {
            this.lane = lane;
            thread = new Thread(this::work, "backtest-" + number);
            thread.setDaemon(true);
        }

        /** An empty batch is the last one. */
        private void work() {
            try {
                for (Batch batch = queue.take(); batch.size() > 0; batch = queue.take()) {
                    lane.run(batch);
                }
            } catch (InterruptedException stopped) {
                failure = stopped;
            } catch (RuntimeException | Error broken) {
                failure = broken;
            }
        }
    }

    private final List<Worker> workers = new ArrayList<>();
    private final Optional<Glob> only;
    private final Map<String, DeviceAttributes> registry;
    private final List<String> complaints = new ArrayList<>();
    private volatile long messages;
    private long unreadable;
    private long signed = Long.MIN_VALUE;

    /** @param registry devices that are there before the first reading */
    Distributor(List<Lane> lanes, Optional<Glob> only, Map<String, DeviceAttributes> registry) {
        this.only = only;
        this.registry = registry;
        for (Lane lane : lanes) {
            workers.add(new Worker(lane, workers.size()));
        }
        workers.forEach(worker -> worker.thread.start());
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // this thread alone counts, another looks
    public void reading(byte[] bytes, int deviceFrom, int deviceTo, int valueFrom, int valueTo, long time) {
        if (only.isPresent()
                && !only.get()
                        .matches(new String(bytes, deviceFrom, deviceTo - deviceFrom, StandardCharsets.ISO_8859_1))) {
            return;
        }
        if (messages == 0) {
            register(time);
        }
        if (time >= signed + SIGN_EVERY || signed == Long.MIN_VALUE) {
            signed = time;
            workers.forEach(worker -> worker.next.sign(time));
        }
        Worker worker = worker(bytes, deviceFrom, deviceTo);
        worker.next.add(bytes, deviceFrom, deviceTo, valueFrom, valueTo, time);
        messages++;
        if (worker.next.isFull()) {
            put(worker);
        }
    }

    private Worker worker(byte[] bytes, int deviceFrom, int deviceTo) {
        int hash = 1;
        for (int i = deviceFrom; i < deviceTo; i++) {
            hash = 31 * hash + bytes[i];
        }
        return workers.get(Math.floorMod(hash ^ (hash >>> 16), workers.size()));
    }

    /** Before anything is handed over: the lanes are still this thread's. */
    private void register(long time) {
        registry.forEach((id, attributes) -> {
            if (only.isEmpty() || only.get().matches(id)) {
                byte[] key = id.getBytes(StandardCharsets.ISO_8859_1);
                worker(key, 0, key.length).lane.register(key, attributes, time);
            }
        });
    }

    @Override
    public void unreadable(long place, String why) {
        unreadable++;
        if (complaints.size() < MOST_SHOWN) {
            complaints.add(place + ": " + why);
        }
    }

    private static void put(Worker worker) {
        Batch full = worker.next;
        worker.next = new Batch();
        try {
            while (!worker.queue.offer(full, 1, TimeUnit.SECONDS)) {
                check(worker);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stopped);
        }
    }

    private static void check(Worker worker) {
        Throwable failure = worker.failure;
        if (failure != null) {
            throw new IllegalStateException("the rules failed on a recorded reading", failure);
        }
    }

    /** All that was handed over has been evaluated when this returns. */
    void finish() {
        for (Worker worker : workers) {
            if (worker.next.size() > 0) {
                put(worker);
            }
            put(worker);
        }
        for (Worker worker : workers) {
            try {
                worker.thread.join();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", stopped);
            }
            check(worker);
        }
    }

    /** Stops what still runs. */
    @Override
    public void close() {
        workers.forEach(worker -> worker.thread.interrupt());
    }

    /** Any thread. */
    long messages() {
        return messages;
    }

    long unreadable() {
        return unreadable;
    }

    List<String> complaints() {
        return complaints;
    }
}
