package io.millrace.gateway.command;

import io.millrace.gateway.command.RecentCommands.Ending;
import io.millrace.gateway.command.RecentCommands.Given;
import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.Dispatch;
import io.millrace.schemas.SessionState;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What a session sends to its device and what of it the device has not acknowledged: commands, and the configuration, which
 * shares their packet ids. Lives with the connection; its event loop only.
 *
 * <p>A command is written once in a connection: MQTT sends again only after a reconnect [MQTT-4.4.0-1]. A later attempt (the
 * report of the one before is late, or the gateway could not be heard for a while) takes the place of the earlier one and gets
 * its answer. So of the attempts that come in each ends in exactly one event, or is replaced by a later one that does. With
 * QoS 2 the device's PUBREC is its answer, for with it the message is the device's; the packet id stays taken until PUBCOMP.
 */
public final class Outbox {
    /** The way to the device. */
    public interface Wire {
        /**
         * Writes a command.
         *
         * @param packetId 0 for QoS 0
         * @return whether it fits what the client takes; if not, nothing was written
         */
        boolean write(Dispatch dispatch, int qos, int packetId);

        /** The same for one that the session's connection before may have written, with that packet id. */
        default boolean writeAgain(Dispatch dispatch, int qos, int packetId) {
            return write(dispatch, qos, packetId);
        }
    }

    private static final int PACKET_ID_NOT_FOUND = 0x92;

    private final Wire wire;
    private final Outcomes outcomes;
    private final Clock clock;
    private final long epoch;
    private final int receiveMaximum;
    private final RecentCommands recent = new RecentCommands();
    private final Unanswered unanswered = new Unanswered();
    private final SentMessages sent;
    private final Deque<Dispatch> waiting = new ArrayDeque<>(2);

    /** @param receiveMaximum how many unacknowledged messages the client takes */
    public Outbox(Wire wire, Outcomes outcomes, Clock clock, long epoch, int receiveMaximum) {
        this(wire, outcomes, clock, epoch, receiveMaximum, List.of());
    }

    /** @param earlier what the session's connection before had not finished */
    public Outbox(
            Wire wire,
            Outcomes outcomes,
            Clock clock,
            long epoch,
            int receiveMaximum,
            List<SessionState.Unfinished> earlier) {
        this.wire = wire;
        this.outcomes = outcomes;
        this.clock = clock;
        this.epoch = epoch;
        this.receiveMaximum = receiveMaximum;
        this.sent = new SentMessages(earlier);
    }

    /**
     * @param subscribedQos with which the device subscribes to its command topic, negative if it does not
     * @return whether it was new
     */
    public boolean deliver(Dispatch dispatch, int subscribedQos) {
        if (dispatch.epoch() != epoch) {
            outcomes.undelivered(dispatch, UndeliveredReason.SESSION_GONE);
            return true;
        }
        Optional<Given> before = recent.find(dispatch.commandId());
        if (before.isPresent()) {
            if (dispatch.attempt() > before.get().attempt()) {
                replace(dispatch, before.get());
            }
            return false;
        }
        recent.given(dispatch.commandId(), dispatch.attempt());
        if (sent.size() >= receiveMaximum) {
            waiting.add(dispatch);
        } else {
            write(dispatch, subscribedQos);
        }
        return true;
    }

    /** The device has it, or it is on its way there, by an earlier attempt. */
    private void replace(Dispatch later, Given before) {
        if (before.ending().isPresent()) {
            end(later, before.ending().get());
            return;
        }
        recent.given(later.commandId(), later.attempt());
        sent.replace(later);
        List<Dispatch> stillWaiting = waiting.stream()
                .map(earlier -> earlier.commandId().equals(later.commandId()) ? later : earlier)
                .toList();
        waiting.clear();
        waiting.addAll(stillWaiting);
    }

    private void end(Dispatch dispatch, Ending ending) {
        recent.ended(dispatch.commandId(), dispatch.attempt(), ending);
        if (ending == Ending.REFUSED) {
            unanswered.forget(dispatch.commandId());
        } else {
            unanswered.acknowledged(dispatch.commandId());
        }
        switch (ending) {
            case ACKNOWLEDGED -> outcomes.delivered(dispatch);
            case REFUSED -> outcomes.undelivered(dispatch, UndeliveredReason.REFUSED_BY_DEVICE);
            case UNCONFIRMED -> outcomes.unconfirmed(dispatch);
        }
    }

    private void write(Dispatch dispatch, int subscribedQos) {
        if (subscribedQos < 0) {
            notWritten(dispatch, UndeliveredReason.NOT_SUBSCRIBED);
            return;
        }
        if (!dispatch.expiresAt().isAfter(clock.instant())) {
            notWritten(dispatch, UndeliveredReason.EXPIRED);
            return;
        }
        unanswered.written(dispatch.commandId());
        Optional<SessionState.Unfinished> before = sent.earlier(dispatch.commandId());
        if (before.isPresent()) {
            writeAgain(dispatch, before.get());
            return;
        }
        int qos = Math.min(subscribedQos, dispatch.qos());
        int packetId = qos == 0 ? 0 : sent.freePacketId();
        if (!wire.write(dispatch, qos, packetId)) {
            notWritten(dispatch, UndeliveredReason.TOO_LARGE);
        } else if (qos == 0) {
            end(dispatch, Ending.UNCONFIRMED);
        } else {
            sent.add(packetId, qos, Optional.of(dispatch));
        }
    }

    /** With the packet id that the device may know [MQTT-4.4.0-1]; QoS 2 stays exactly once so. */
    private void writeAgain(Dispatch dispatch, SessionState.Unfinished before) {
        if (before.released()) {
            end(dispatch, Ending.ACKNOWLEDGED);
        } else if (wire.writeAgain(dispatch, before.qos(), before.packetId())) {
            sent.again(before, dispatch);
        } else {
            notWritten(dispatch, UndeliveredReason.TOO_LARGE);
        }
    }

    private void notWritten(Dispatch dispatch, UndeliveredReason reason) {
        recent.forget(dispatch.commandId());
        unanswered.forget(dispatch.commandId());
        outcomes.undelivered(dispatch, reason);
    }

    /** A packet id for a message that is no command; its PUBACK only frees the id. Empty if the client takes no more now. */
    public Optional<Integer> reserve() {
        if (sent.size() >= receiveMaximum) {
            return Optional.empty();
        }
        int packetId = sent.freePacketId();
        sent.add(packetId, 1, Optional.empty());
        return Optional.of(packetId);
    }

    /**
     * The device has answered with PUBACK.
     *
     * @param refused with an MQTT 5 reason code from 0x80
     */
    public void acknowledged(int packetId, boolean refused, int subscribedQos) {
        sent.acknowledged(packetId)
                .ifPresent(dispatch -> end(dispatch, refused ? Ending.REFUSED : Ending.ACKNOWLEDGED));
        writeWaiting(subscribedQos);
    }

    /**
     * The device has answered with PUBREC.
     *
     * @param refused with an MQTT 5 reason code from 0x80
     * @return the reason code of the PUBREL that is due; negative if none is, for what was refused is over [MQTT-4.3.3-4]
     */
    public int received(int packetId, boolean refused, int subscribedQos) {
        if (!sent.holdsQos2(packetId)) {
            return refused ? -1 : sent.releaseEarlier(packetId) ? 0 : PACKET_ID_NOT_FOUND;
        }
        Optional<Dispatch> command = refused ? sent.complete(packetId) : sent.release(packetId);
        command.ifPresent(dispatch -> end(dispatch, refused ? Ending.REFUSED : Ending.ACKNOWLEDGED));
        if (refused) {
            writeWaiting(subscribedQos);
        }
        return refused ? -1 : 0;
    }

    /** The device has answered with PUBCOMP. */
    public void completed(int packetId, int subscribedQos) {
        if (sent.isReleased(packetId)) {
            var unused = sent.complete(packetId);
            writeWaiting(subscribedQos);
        }
    }

    private void writeWaiting(int subscribedQos) {
        while (!waiting.isEmpty() && sent.size() < receiveMaximum) {
            write(waiting.removeFirst(), subscribedQos);
        }
    }

    /**
     * The device has answered a command.
     *
     * @param named the command that it names
     * @return the command that it means; empty if nobody can tell
     */
    public Optional<String> answered(Optional<String> named) {
        return unanswered.answered(named);
    }

    /** The packet ids of which the device has not had its PUBREL answered. */
    public List<Integer> released() {
        return sent.released();
    }

    /**
     * The connection is over: nobody will learn on it what became of those without an answer.
     *
     * @return what the session's next connection must know
     */
    public List<SessionState.Unfinished> close() {
        List<SessionState.Unfinished> unfinished = sent.unfinished();
        sent.commands().forEach(dispatch -> outcomes.undelivered(dispatch, UndeliveredReason.SESSION_LOST));
        sent.clear();
        waiting.forEach(dispatch -> outcomes.undelivered(dispatch, UndeliveredReason.SESSION_GONE));
        waiting.clear();
        return unfinished;
    }
}
