package io.millrace.schemas;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a command is in its life: queued, sent, delivered, succeeded or failed, or one of the other ends. */
public enum CommandStatus {
    /** Accepted; waits for its device, or for the command before it. */
    QUEUED,
    /** Handed to the gateway that holds the device. */
    SENT,
    /** The device's own PUBACK has come. */
    DELIVERED,
    /** The device said so. */
    SUCCEEDED,
    /** The device said so. */
    FAILED,
    /** Its time ran out before it was delivered. */
    EXPIRED,
    /** Withdrawn while queued. */
    CANCELLED,
    /** Unknown or disabled device, or too large for it. */
    REJECTED,
    /** Written to a device that subscribed with QoS 0: nobody can tell whether it arrived. */
    UNCONFIRMED;

    /** Whether nothing more is sent for it. A delivered command can still succeed or fail. */
    public boolean isFinal() {
        return this != QUEUED && this != SENT && this != DELIVERED;
    }

    /** @throws IllegalArgumentException naming the value */
    @JsonCreator
    public static CommandStatus parse(String text) {
        for (CommandStatus status : values()) {
            if (status.text().equals(text)) {
                return status;
            }
        }
        throw new IllegalArgumentException("command status \"" + text + "\" (expected one of queued, sent, delivered, "
                + "succeeded, failed, expired, cancelled, rejected, unconfirmed)");
    }

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
