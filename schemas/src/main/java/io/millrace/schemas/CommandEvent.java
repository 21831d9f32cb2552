package io.millrace.schemas;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A record of {@code command-events}; key device id. The gateway reports what happened on the wire ({@link Delivered},
 * {@link Unconfirmed}, {@link Undelivered}, {@link Responded}); command-service publishes what that made of the command
 * ({@link StatusChanged}).
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = CommandEvent.Delivered.class, name = "delivered"),
    @JsonSubTypes.Type(value = CommandEvent.Unconfirmed.class, name = "unconfirmed"),
    @JsonSubTypes.Type(value = CommandEvent.Undelivered.class, name = "undelivered"),
    @JsonSubTypes.Type(value = CommandEvent.Responded.class, name = "responded"),
    @JsonSubTypes.Type(value = CommandEvent.StatusChanged.class, name = "status")
})
public sealed interface CommandEvent {
    DeviceId deviceId();

    Instant at();

    /**
     * The device has sent the PUBACK of this attempt [MQTT-4.3.2], or has acknowledged it by HTTP.
     *
     * @param attempt 0 if it was one of an earlier session, which only the device remembers
     */
    record Delivered(String commandId, DeviceId deviceId, int slot, long epoch, int attempt, Instant at)
            implements CommandEvent {}

    /** Written with QoS 0 for want of a QoS 1 subscription: nobody can tell whether it arrived. */
    record Unconfirmed(String commandId, DeviceId deviceId, int slot, long epoch, int attempt, Instant at)
            implements CommandEvent {}

    /** This attempt was not written, or its session ended before the device's acknowledgement. */
    record Undelivered(
            String commandId,
            DeviceId deviceId,
            int slot,
            long epoch,
            int attempt,
            Instant at,
            UndeliveredReason reason)
            implements CommandEvent {}

    /**
     * The device published to {@code devices/{id}/responses}.
     *
     * @param commandId as the device named it, or else as its gateway knows from what it gave to the device; empty if that cannot
     *     tell either, and then it means the last one handed to the device
     * @param status {@code succeeded} or {@code failed}
     */
    record Responded(
            Optional<String> commandId, DeviceId deviceId, Instant at, CommandStatus status, Optional<JsonNode> detail)
            implements CommandEvent {
        public Responded {
            commandId = commandId == null ? Optional.empty() : commandId;
            // Jackson reads an absent Optional of a tree as one that holds JSON's null.
            detail = detail == null ? Optional.empty() : detail.filter(tree -> !tree.isNull());
        }

        /** The same answer, to that command. */
        public Responded to(Optional<String> meant) {
            return new Responded(meant, deviceId, at, status, detail);
        }
    }

    /** The command has a new status; written by command-service after its database has it. */
    record StatusChanged(
            String commandId, DeviceId deviceId, Instant at, CommandStatus status, int attempt, Optional<String> reason)
            implements CommandEvent {
        public StatusChanged {
            reason = reason == null ? Optional.empty() : reason;
        }
    }

    /** Why an attempt came to nothing. */
    enum UndeliveredReason {
        /** No session with that epoch here. */
        SESSION_GONE,
        /** The session ended between the write and the PUBACK: the device may or may not have it. */
        SESSION_LOST,
        /** Its time was over when the gateway got it. */
        EXPIRED,
        /** Larger than the device's MQTT 5 Maximum Packet Size. */
        TOO_LARGE,
        /** The device does not subscribe to its command topic. */
        NOT_SUBSCRIBED,
        /** Answered with an MQTT 5 reason code of 0x80 or above. */
        REFUSED_BY_DEVICE;

        /** The word on the wire: lower case with dashes. */
        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
