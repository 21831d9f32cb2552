package io.millrace.gateway.session;

import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Dispatch;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A device's session as the rest of the gateway sees it: over MQTT or by HTTP long polls. Any thread may call; what is
 * asked happens on the session's own event loop.
 */
public interface DeviceSession {
    DeviceId deviceId();

    /** The offset of its {@code opened} record; of two sessions of a device the one with the higher epoch is the newer. */
    long epoch();

    /** The term of the gateway's lease in which it began. */
    int term();

    /** Ends it, if it has not ended: tells the client as far as its protocol can, and writes {@code closed}. */
    void end(CloseReason reason);

    /** Writes a command to the device, or says why not. */
    void deliver(Dispatch dispatch);

    /**
     * The device has answered a command by a way that is not this session's: by HTTP.
     *
     * @param named the command that it names
     * @param then given the command that it means, empty if nobody can tell; on any thread
     */
    void answered(Optional<String> named, Consumer<Optional<String>> then);

    /** A newer session of the same device ends it. */
    default void takenOver(Takeover by) {
        end(CloseReason.TAKEN_OVER);
    }

    /** Whether it began without the state of an earlier one, as all do that know no other way. */
    default boolean isCleanStart() {
        return true;
    }

    /**
     * A record of an older session's state has come behind this one's, or behind its clean start; or another gateway has taken
     * this session for over.
     *
     * @param epoch of that record
     */
    default void stateOverwritten(long epoch) {}

    /** The device's entry in the registry has changed. */
    void registryChanged();
}
