package io.millrace.gateway.mqtt;

import io.millrace.gateway.session.Takeover;
import io.millrace.schemas.SessionEvent.CloseReason;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.jspecify.annotations.Nullable;

/** Whether and when a will is published. Pure. */
final class WillFate {
    static final long NEVER = -1;

    private WillFate() {}

    /** Whatever its QoS, it waits for room on the way to Kafka; with QoS 1 and 2 it is tried until Kafka has it. */
    static boolean isTriedAgain(@Nullable Exception failure, int qos) {
        return failure instanceof BufferExhaustedException || failure != null && qos > 0;
    }

    /**
     * The delay, or the end of the session if that is earlier [MQTT 5, 3.1.3.2.2]; {@link #NEVER} if the will is dropped: after a
     * DISCONNECT without error [MQTT-3.1.2-10], when the device goes on with its session elsewhere before the delay has passed,
     * and when it is the gateway that leaves, for the device is alive and about to come back.
     *
     * @param by the newer session, if that ended this one
     * @param expirySeconds of the session
     */
    static long delaySeconds(Will will, CloseReason reason, @Nullable Takeover by, long expirySeconds) {
        long delay = Math.min(will.delaySeconds(), expirySeconds);
        return switch (reason) {
            case CLIENT_DISCONNECT, GATEWAY_STOPPING, LEASE_LOST -> NEVER;
            case TAKEN_OVER -> delay > 0 && by != null && !by.cleanStart() ? NEVER : 0;
            case CONNECTION_LOST, KEEP_ALIVE_TIMEOUT, NOT_AUTHORIZED, PROTOCOL_ERROR -> delay;
        };
    }
}
