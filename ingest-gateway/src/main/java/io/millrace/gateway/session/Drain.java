package io.millrace.gateway.session;

import io.millrace.schemas.SessionEvent.CloseReason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties the gateway: lets nobody in any more and ends the sessions that are here, so many a second, for each of their devices
 * comes back at once, to another gateway. Asked for by an operator it keeps that pace; when the process stops it hurries to be
 * done in time, and few sessions end at once. Any thread; a drain that was asked for has a thread of its own.
 */
public final class Drain implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Drain.class);
    private static final long TICK_MILLIS = 100;

    private final Sessions sessions;
    private final Runnable shutDoor;
    private final int perSecond;
    private final Duration timeout;
    private final CountDownLatch closing = new CountDownLatch(1);
    private boolean begun;

    /**
     * @param shutDoor lets nobody in any more, and tells the load balancer
     * @param perSecond sessions ended when there is no hurry
     * @param timeout within which the last one ends when the process stops
     */
    public Drain(Sessions sessions, Runnable shutDoor, int perSecond, Duration timeout) {
        this.sessions = sessions;
        this.shutDoor = shutDoor;
        this.perSecond = perSecond;
        this.timeout = timeout;
    }

    /**
     * Begins, if it has not begun.
     *
     * @return the sessions that are still here
     */
    public synchronized int begin() {
        if (!begun && closing.getCount() > 0) {
            begun = true;
            shutDoor.run();
            log.atInfo().addKeyValue("sessions", sessions.size()).log("draining");
            Thread thread = new Thread(this::keepEmptying, "gateway-drain");
            thread.setDaemon(true);
            thread.start();
        }
        return sessions.size();
    }

    /** Goes on until the gateway closes, for a session that was about to open comes late. */
    private void keepEmptying() {
        try {
            Queue<DeviceSession> left = new ArrayDeque<>();
            while (closing.getCount() > 0) {
                if (left.isEmpty()) {
                    left.addAll(sessions.all());
                }
                end(left, perTick(0, perSecond, timeout));
                if (closing.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends all that are left. Blocks the thread that stops the process, for no longer than the timeout. */
    @Override
    public void close() {
        synchronized (this) {
            closing.countDown();
            shutDoor.run();
        }
        Collection<DeviceSession> all = sessions.all();
        int perTick = perTick(all.size(), perSecond, timeout);
        Queue<DeviceSession> left = new ArrayDeque<>(all);
        try {
            end(left, perTick);
            while (!left.isEmpty()) {
                Thread.sleep(TICK_MILLIS);
                end(left, perTick);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        end(left, left.size());
    }

    private static void end(Queue<DeviceSession> left, int most) {
        for (int i = 0; i < most; i++) {
            DeviceSession session = left.poll();
            if (session == null) {
                return;
            }
            session.end(CloseReason.GATEWAY_STOPPING);
        }
    }

    /** How many end in each tick so that none outlasts the timeout. */
    static int perTick(int sessions, int perSecond, Duration timeout) {
        long ticks = Math.max(1, timeout.toMillis() / TICK_MILLIS);
        long paced = perSecond * TICK_MILLIS / 1_000;
        return (int) Math.max(1, Math.max(paced, (sessions + ticks - 1) / ticks));
    }
}
