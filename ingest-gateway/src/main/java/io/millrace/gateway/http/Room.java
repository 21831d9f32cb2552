package io.millrace.gateway.http;

import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.flow.Handoff;
import io.millrace.gateway.flow.InFlight;
import io.millrace.gateway.flow.InFlightBytes;
import io.millrace.gateway.flow.OnLoop;
import io.netty.channel.EventLoop;

/**
 * The memory that the requests of one event loop may take, half of it for bodies that arrive and half for what is on its way to
 * Kafka, and the way back of what Kafka has answered. All but {@link #bytesInFlight} belongs to the loop.
 */
final class Room {
    private final OnLoop loop;
    private final long half;
    private final InFlightBytes bytes;
    private final Handoff answered;
    private final InFlight inFlight;
    private long arriving;

    /** @param bound in bytes */
    Room(EventLoop eventLoop, long bound, GatewayMetrics metrics) {
        this.loop = new OnLoop(eventLoop);
        this.half = bound / 2;
        // Nobody waits for room: who finds none is told to come again.
        this.bytes = new InFlightBytes(half, () -> {});
        this.answered = new Handoff(this::wake);
        this.inFlight = new InFlight(bytes, answered, metrics);
    }

    /** Kafka's thread. */
    private void wake() {
        loop.execute(answered::answerAll);
    }

    OnLoop loop() {
        return loop;
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
