package io.millrace.gateway.command;

import io.millrace.gateway.session.DeviceSession;
import io.millrace.gateway.session.Lease;
import io.millrace.gateway.session.Sessions;
import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.Dispatch;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Takes what {@code command-dispatch} has for this gateway's slot to the session that it is meant for, and to no other. Called
 * by its reader's thread; the session goes on on its event loop.
 */
public final class CommandDelivery {
    private final Sessions sessions;
    private final Outcomes outcomes;
    private final Lease lease;

    public CommandDelivery(Sessions sessions, Outcomes outcomes, Lease lease) {
        this.sessions = sessions;
        this.outcomes = outcomes;
        this.lease = lease;
    }

    public void accept(ConsumerRecord<byte[], byte[]> record) {
        Dispatch dispatch = Dispatch.of(record);
        Optional<DeviceSession> session =
                sessions.find(dispatch.deviceId()).filter(s -> s.epoch() == dispatch.epoch() && lease.isHeld(s.term()));
        if (session.isPresent()) {
            session.get().deliver(dispatch);
        } else {
            outcomes.undelivered(dispatch, UndeliveredReason.SESSION_GONE);
        }
    }
}
