package io.millrace.gateway.flow;

import io.millrace.gateway.GatewayMetrics;

/**
 * All publications of one event loop that Kafka has not answered yet: bounds them, counts them, and gives the answered ones to
 * the loop.
 */
public final class InFlight {
    private final InFlightBytes bytes;
    private final Handoff answered;
    private final GatewayMetrics metrics;

    public InFlight(InFlightBytes bytes, Handoff answered, GatewayMetrics metrics) {
        this.bytes = bytes;
        this.answered = answered;
        this.metrics = metrics;
    }

    /** The event loop. */
    void left(int size) {
        bytes.take(size);
    }

    /** Kafka's thread. */
    void arrived(Publication publication, int size) {
        bytes.release(size);
        boolean taken = publication.failure() == null;
        // A refused message has been counted as rejected already; here is only the copy kept of it.
        if (!publication.isRefused()) {
            (taken ? metrics.forwarded : metrics.failed).increment();
        } else if (taken) {
            metrics.kept.increment();
        }
        if (publication.answering() != null) {
            answered.give(publication);
        }
    }
}
