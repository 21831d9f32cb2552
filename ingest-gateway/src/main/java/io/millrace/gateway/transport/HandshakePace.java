package io.millrace.gateway.transport;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * How many handshakes begin on one event loop: a few in each turn of about 10 ms, the others wait in order. A loop that is busy
 * with them comes late to its next turn, so on a slow machine fewer begin than the rate says, and what else the loop has to do
 * is done between two turns. Its thread only.
 */
final class HandshakePace {
    private static final long TURN_MILLIS = 10;
    private static final long SECOND_MILLIS = TimeUnit.SECONDS.toMillis(1);

    private final EventLoop loop;
    private final long turnMillis;
    private final int inTurn;
    private final int mostWaiting;
    private final Deque<HandshakeDoor> waiting = new ArrayDeque<>();
    private int left;
    private boolean turns;

    /**
     * @param perSecond above 0
     * @param mostWaiting that may wait at once
     */
    HandshakePace(EventLoop loop, double perSecond, int mostWaiting) {
        this.loop = loop;
        this.turnMillis = Math.max(TURN_MILLIS, (long) (SECOND_MILLIS / perSecond));
        this.inTurn = Math.max(1, (int) Math.round(perSecond * turnMillis / SECOND_MILLIS));
        this.mostWaiting = mostWaiting;
        this.left = inTurn;
    }

    /** Whether a handshake may begin now; then it counts. */
    boolean begins() {
        if (!waiting.isEmpty() || left == 0) {
            return false;
        }
        left--;
        turnSoon();
        return true;
    }

    /** Whether there is a place to wait; then {@link HandshakeDoor#open} follows, if the connection is still there. */
    boolean waits(HandshakeDoor door) {
        if (waiting.size() >= mostWaiting) {
            return false;
        }
        waiting.add(door);
        turnSoon();
        return true;
    }

    private void turnSoon() {
        if (!turns) {
            turns = true;
            var unused = loop.schedule(this::turn, turnMillis, TimeUnit.MILLISECONDS);
        }
    }

    private void turn() {
        turns = false;
        left = inTurn;
        while (left > 0 && !waiting.isEmpty()) {
            if (waiting.remove().open()) {
                left--;
            }
        }
        if (left < inTurn) {
            turnSoon();
        }
    }

    /** For a gauge; another thread may see it a little late. */
    int waiting() {
        return waiting.size();
    }
}
