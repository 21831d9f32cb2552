package io.millrace.gateway.command;

import io.millrace.gateway.command.RecentCommands.Ending;
import io.millrace.gateway.command.RecentCommands.Given;
import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.Dispatch;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What a session sends to its device and what of it the device has not acknowledged: commands, and the configuration, which
 * shares their packet ids. Lives with the session; its event loop only.
 *
 * <p>A command is written once in a session: MQTT sends again only after a reconnect [MQTT-4.4.0-1]. A later attempt (the
 * report of the one before is late, or the gateway could not be heard for a while) takes the place of the earlier one and gets
 * its answer. So of the attempts that come in each ends in exactly one event, or is replaced by a later one that does.
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
    }

    private record Sent(int packetId, Optional<Dispatch> command) {}

    private static final int MAX_PACKET_ID = 65_535;

    private final Wire wire;
    private final Outcomes outcomes;
    private final Clock clock;
    private final long epoch;
    private final int receiveMaximum;
    private final RecentCommands recent = new RecentCommands();
    private final List<Sent> unacknowledged = new ArrayList<>(2);
    private final Deque<Dispatch> waiting = new ArrayDeque<>(2);
    private int lastPacketId;

    /** @param receiveMaximum how many unacknowledged messages the client takes */
    public Outbox(Wire wire, Outcomes outcomes, Clock clock, long epoch, int receiveMaximum) {
        this.wire = wire;
        this.outcomes = outcomes;
        this.clock = clock;
        this.epoch = epoch;
        this.receiveMaximum = receiveMaximum;
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
        if (unacknowledged.size() >= receiveMaximum) {
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
        unacknowledged.replaceAll(
                sent -> sent.command.filter(earlier -> isSame(earlier, later)).isPresent()
                        ? new Sent(sent.packetId, Optional.of(later))
                        : sent);
        List<Dispatch> stillWaiting = waiting.stream()
                .map(earlier -> isSame(earlier, later) ? later : earlier)
                .toList();
        waiting.clear();
        waiting.addAll(stillWaiting);
    }

    private static boolean isSame(Dispatch one, Dispatch other) {
        return one.commandId().equals(other.commandId());
    }

    private void end(Dispatch dispatch, Ending ending) {
        recent.ended(dispatch.commandId(), dispatch.attempt(), ending);
        switch (ending) {
            case ACKNOWLEDGED -> outcomes.delivered(dispatch);
            case REFUSED -> outcomes.undelivered(dispatch, UndeliveredReason.REFUSED_BY_DEVICE);
            case UNCONFIRMED -> outcomes.unconfirmed(dispatch);
        }
    }

    private void write(Dispatch dispatch, int subscribedQos) {
        int qos = Math.min(Math.min(subscribedQos, dispatch.qos()), 1);
        if (subscribedQos < 0) {
            notWritten(dispatch, UndeliveredReason.NOT_SUBSCRIBED);
        } else if (!dispatch.expiresAt().isAfter(clock.instant())) {
            notWritten(dispatch, UndeliveredReason.EXPIRED);
        } else {
            int packetId = qos == 0 ? 0 : freePacketId();
            if (!wire.write(dispatch, qos, packetId)) {
                notWritten(dispatch, UndeliveredReason.TOO_LARGE);
            } else if (qos == 0) {
                end(dispatch, Ending.UNCONFIRMED);
            } else {
                unacknowledged.add(new Sent(packetId, Optional.of(dispatch)));
            }
        }
    }

    private void notWritten(Dispatch dispatch, UndeliveredReason reason) {
        recent.forget(dispatch.commandId());
        outcomes.undelivered(dispatch, reason);
    }

    /** A packet id for a message that is no command; its PUBACK only frees the id. Empty if the client takes no more now. */
    public Optional<Integer> reserve() {
        if (unacknowledged.size() >= receiveMaximum) {
            return Optional.empty();
        }
        int packetId = freePacketId();
        unacknowledged.add(new Sent(packetId, Optional.empty()));
        return Optional.of(packetId);
    }

    /**
     * The device has answered.
     *
     * @param refused with an MQTT 5 reason code from 0x80
     */
    public void acknowledged(int packetId, boolean refused, int subscribedQos) {
        for (int i = 0; i < unacknowledged.size(); i++) {
            if (unacknowledged.get(i).packetId == packetId) {
                Sent sent = unacknowledged.remove(i);
                sent.command.ifPresent(dispatch -> end(dispatch, refused ? Ending.REFUSED : Ending.ACKNOWLEDGED));
                break;
            }
        }
        while (!waiting.isEmpty() && unacknowledged.size() < receiveMaximum) {
            write(waiting.removeFirst(), subscribedQos);
        }
    }

    /** The session is over: nobody will learn what became of those without an answer. */
    public void close() {
        unacknowledged.forEach(
                sent -> sent.command.ifPresent(d -> outcomes.undelivered(d, UndeliveredReason.SESSION_LOST)));
        unacknowledged.clear();
        waiting.forEach(dispatch -> outcomes.undelivered(dispatch, UndeliveredReason.SESSION_GONE));
        waiting.clear();
    }

    private int freePacketId() {
        do {
            lastPacketId = lastPacketId == MAX_PACKET_ID ? 1 : lastPacketId + 1;
        } while (isTaken(lastPacketId));
        return lastPacketId;
    }

    private boolean isTaken(int packetId) {
        for (Sent sent : unacknowledged) {
            if (sent.packetId == packetId) {
                return true;
            }
        }
        return false;
    }
}
