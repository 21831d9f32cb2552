package io.millrace.standalone;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntUnaryOperator;

/** A board that reports one reading after the other, on a thread of its own, and turns to the other gateway when it has lost its own. */
final class RollingBoard {
    private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();

    private final String id;
    private final String secret;
    private final int number;
    private final IntUnaryOperator ports;
    private final Thread thread;
    private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
    private volatile boolean running = true;
    private volatile long longestGap;

    /** @param ports of gateways by slot, as they are now */
    RollingBoard(String id, String secret, int number, IntUnaryOperator ports) {
        this.id = id;
        this.secret = secret;
        this.number = number;
        this.ports = ports;
        thread = new Thread(this::run, id);
    }

    String id() {
        return id;
    }

    void start() {
        thread.start();
    }

    void stop() throws InterruptedException {
        running = false;
        thread.join();
    }

    /** The n of its readings of which a gateway has said that they are safe. */
    Set<Integer> acknowledged() {
        return Set.copyOf(acknowledged);
    }

    /** Between two acknowledgements, or the start and the first. */
    Duration longestGap() {
        return Duration.ofNanos(longestGap);
    }

    private void run() {
        int next = 0;
        long heard = System.nanoTime();
        for (int tries = 0; running; tries++) {
            try (TestDevice board = TestDevice.of(3, ports.applyAsInt((number + tries) % 2), id, secret)) {
                board.connect();
                while (running) {
                    int n = next++;
                    board.telemetry(id, "{\"n\":" + n + "}");
                    acknowledged.add(n);
                    longestGap = Math.max(longestGap, System.nanoTime() - heard);
                    heard = System.nanoTime();
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (RuntimeException e) {
                // The gateway goes, or has not heard of the board yet: the other one is tried.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
