package io.millrace.gateway.http;

import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.flow.Handoff;
import io.millrace.gateway.flow.InFlight;
import io.millrace.gateway.flow.InFlightBytes;
import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory that the requests of one event loop may take, half of it for bodies that arrive and half for what is on its way to
 * Kafka, and the way back of what Kafka has answered. All but {@link #bytesInFlight} belongs to the loop.
 */
final class Room {
    private static final Logger log = LoggerFactory.getLogger(Room.class);

    private final EventLoop eventLoop;
    private final long half;
    private final InFlightBytes bytes;
    private final Handoff answered;
    private final InFlight inFlight;
    private long arriving;

    /** @param bound in bytes */
    Room(EventLoop eventLoop, long bound, GatewayMetrics metrics) {
        this.eventLoop = eventLoop;
        this.half = bound / 2;
        // Nobody waits for room: who finds none is told to come again.
        this.bytes = new InFlightBytes(half, () -> {});
        this.answered = new Handoff(this::wake);
        this.inFlight = new InFlight(bytes, answered, metrics);
    }

    /** Kafka's thread. When the gateway has stopped, what Kafka still answers concerns nobody. */
    private void wake() {
        try {
            eventLoop.execute(answered::answerAll);
        } catch (RejectedExecutionException e) {
            log.atDebug().setCause(e).log("event loop has stopped");
        }
    }

    InFlight inFlight() {
        return inFlight;
    }

    long bytesInFlight() {
        return bytes.now();
    }

    boolean isThere() {
        return bytes.hasRoom() && arriving < half;
    }

    void arrives(int size) {
        arriving += size;
    }

    /** The body is complete or given up. */
    void leaves(int size) {
        arriving -= size;
    }
}
