package io.millrace.gateway.command;

import io.millrace.gateway.command.RecentCommands.Ending;
import io.millrace.gateway.command.RecentCommands.Given;
import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Dispatch;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What a device that polls is to get, one command after the other: the first is offered to each poll until the device says that
 * it has it, or its time is over. {@link Outbox} is the same for MQTT, where a connection loses nothing and a command is written
 * once; an answer to a poll can be lost without a trace. Lives with the session; its event loop only.
 *
 * <p>As there, a later attempt takes the place of an earlier one, and of the attempts that come in each ends in exactly one
 * event, or is replaced by a later one that does.
 */
public final class Tray {
    /** What a device acknowledges that this session did not give it: an earlier session did, and nobody here knows its attempt. */
    private static final int EARLIER_ATTEMPT = 0;

    private final Outcomes outcomes;
    private final Clock clock;
    private final DeviceId device;
    private final int slot;
    private final long epoch;
    private final RecentCommands recent = new RecentCommands();
    private final Unanswered unanswered = new Unanswered();
    private final Deque<Dispatch> commands = new ArrayDeque<>(2);
    /** Whether the first has been given to a poll. */
    private boolean given;

    public Tray(Outcomes outcomes, Clock clock, DeviceId device, int slot, long epoch) {
        this.outcomes = outcomes;
        this.clock = clock;
        this.device = device;
        this.slot = slot;
        this.epoch = epoch;
    }

    /** @return whether it was new */
    public boolean deliver(Dispatch dispatch) {
        if (dispatch.epoch() != epoch) {
            outcomes.undelivered(dispatch, UndeliveredReason.SESSION_GONE);
            return true;
        }
        Optional<Given> before = recent.find(dispatch.commandId());
        if (before.isEmpty()) {
            recent.given(dispatch.commandId(), dispatch.attempt());
            commands.add(dispatch);
        } else if (dispatch.attempt() > before.get().attempt()) {
            replace(dispatch, before.get());
        }
        return before.isEmpty();
    }

    private void replace(Dispatch later, Given before) {
        if (before.ending().isPresent()) {
            end(later, before.ending().get());
            return;
        }
        recent.given(later.commandId(), later.attempt());
        List<Dispatch> all = commands.stream()
                .map(earlier -> earlier.commandId().equals(later.commandId()) ? later : earlier)
                .toList();
        commands.clear();
        commands.addAll(all);
    }

    /** What a poll gets now, again and again until it is off the tray. */
    public Optional<Dispatch> first() {
        while (!commands.isEmpty() && isOver(commands.getFirst())) {
            Dispatch over = commands.removeFirst();
            given = false;
            unanswered.forget(over.commandId());
            recent.forget(over.commandId());
            outcomes.undelivered(over, UndeliveredReason.EXPIRED);
        }
        return Optional.ofNullable(commands.peekFirst());
    }

    private boolean isOver(Dispatch dispatch) {
        return !dispatch.expiresAt().isAfter(clock.instant());
    }

    /**
     * The first goes into the answer to a poll.
     *
     * @return whether it had been given before
     */
    public boolean give() {
        boolean again = given;
        if (!again) {
            unanswered.written(commands.getFirst().commandId());
        }
        given = true;
        return again;
    }

    /** It was written to a poll that asked for QoS 0: that is all that will ever be known. */
    public void unconfirmed(String commandId) {
        take(commandId).ifPresent(dispatch -> {
            unanswered.acknowledged(commandId);
            end(dispatch, Ending.UNCONFIRMED);
        });
    }

    /** The device says that it has that command, which may be one of an earlier session, here or on another gateway. */
    public void acknowledged(String commandId) {
        Optional<Dispatch> dispatch = take(commandId);
        if (dispatch.isPresent()) {
            unanswered.acknowledged(commandId);
            end(dispatch.get(), Ending.ACKNOWLEDGED);
        } else if (recent.find(commandId).isEmpty()) {
            Dispatch earlier = new Dispatch(
                    commandId, device, slot, epoch, EARLIER_ATTEMPT, new byte[0], Optional.empty(), 1, Instant.MAX);
            end(earlier, Ending.ACKNOWLEDGED);
        }
    }

    /**
     * The device has answered, which also says that it has the command.
     *
     * @param named the command that it names
     * @return the command that it means; empty if nobody can tell
     */
    public Optional<String> answered(Optional<String> named) {
        Optional<String> meant = unanswered.answered(named);
        meant.flatMap(this::take).ifPresent(dispatch -> end(dispatch, Ending.ACKNOWLEDGED));
        return meant;
    }

    private Optional<Dispatch> take(String commandId) {
        Optional<Dispatch> found = commands.stream()
                .filter(dispatch -> dispatch.commandId().equals(commandId))
                .findFirst();
        found.ifPresent(dispatch -> {
            given &= commands.peekFirst() != dispatch;
            commands.removeIf(other -> other.commandId().equals(commandId));
        });
        return found;
    }

    private void end(Dispatch dispatch, Ending ending) {
        recent.ended(dispatch.commandId(), dispatch.attempt(), ending);
        if (ending == Ending.ACKNOWLEDGED) {
            outcomes.delivered(dispatch);
        } else {
            outcomes.unconfirmed(dispatch);
        }
    }

    /** The session is over: nobody will learn here what became of the one that was given. */
    public void close() {
        boolean lost = first().isPresent() && given;
        for (Dispatch dispatch : commands) {
            outcomes.undelivered(dispatch, lost ? UndeliveredReason.SESSION_LOST : UndeliveredReason.SESSION_GONE);
            lost = false;
        }
        commands.clear();
    }
}
