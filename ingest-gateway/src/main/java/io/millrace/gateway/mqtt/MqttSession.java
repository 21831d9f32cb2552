package io.millrace.gateway.mqtt;

import io.millrace.gateway.session.DeviceSession;
import io.millrace.gateway.session.Takeover;
import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Dispatch;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A device's session over MQTT as the rest of the gateway sees it: hands what is asked to its connection's event loop. Lives as
 * long as the connection; {@link #begin}, {@link #hasEpoch} and {@link #by} are the loop's, all else is any thread's.
 */
final class MqttSession implements DeviceSession {
    /** The epoch until Kafka has given it, and if it does not. */
    static final long UNKNOWN = -1;

    private final DeviceConnection connection;
    /** The newer session that ended this one. */
    private @Nullable Takeover by;

    private volatile int term;
    private volatile long epoch = UNKNOWN;

    MqttSession(DeviceConnection connection) {
        this.connection = connection;
    }

    /** Kafka has given its epoch, or it is {@link #UNKNOWN}. */
    void begin(long offset) {
        term = connection.services.lease().term();
        epoch = offset;
    }

    boolean hasEpoch() {
        return epoch != UNKNOWN;
    }

    @Nullable
    Takeover by() {
        return by;
    }

    @Override
    public DeviceId deviceId() {
        return connection.deviceId();
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public int term() {
        return term;
    }

    @Override
    public void end(CloseReason reason) {
        connection.loop.execute(() -> connection.disconnect(Goodbye.code(reason), reason));
    }

    @Override
    public void takenOver(Takeover newer) {
        connection.loop.execute(() -> {
            if (connection.hasEnded()) {
                // Its will waits since.
                connection.services.sessions().wills().opened(deviceId(), newer.epoch(), newer.cleanStart());
            } else {
                by = newer;
                connection.disconnect(Goodbye.code(CloseReason.TAKEN_OVER), CloseReason.TAKEN_OVER);
            }
        });
    }

    @Override
    public boolean isCleanStart() {
        return connection.keeping.wish().cleanStart();
    }

    @Override
    public void stateOverwritten(long by) {
        connection.loop.execute(() -> {
            if (connection.isAccepted() && !connection.hasEnded()) {
                connection.keeping.overwritten(epoch, by);
            }
        });
    }

    @Override
    public void deliver(Dispatch dispatch) {
        connection.loop.execute(() -> {
            if (connection.hasEnded()) {
                connection.services.commandLog().undelivered(dispatch, UndeliveredReason.SESSION_GONE);
            } else if (!connection.services.lease().isHeld(term)) {
                // The process stood still between the look at the lease and this.
                connection.services.commandLog().undelivered(dispatch, UndeliveredReason.SESSION_GONE);
                connection.disconnect(Goodbye.code(CloseReason.LEASE_LOST), CloseReason.LEASE_LOST);
            } else if (!connection.downlink().deliver(dispatch)) {
                connection.services.metrics().commandsRepeated.increment();
            }
        });
    }

    @Override
    public void answered(Optional<String> named, Consumer<Optional<String>> then) {
        connection.loop.execute(() -> then.accept(connection.meant(named)));
    }

    @Override
    public void registryChanged() {
        connection.loop.execute(connection::registryChanged);
    }
}
