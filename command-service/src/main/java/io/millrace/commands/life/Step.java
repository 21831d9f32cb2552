package io.millrace.commands.life;

import io.millrace.schemas.CommandStatus;
import java.util.Optional;

/**
 * What a signal made of a command.
 *
 * @param noted whether the timeline gets an entry; always when the status has changed
 * @param reason why, for the status and the timeline
 * @param sessionUnready nothing more is to be dispatched to that session until its gateway says ready again
 */
public record Step(
        CommandState before, CommandState after, boolean noted, Optional<String> reason, boolean sessionUnready) {

    static Step ignored(CommandState state) {
        return new Step(state, state, false, Optional.empty(), false);
    }

    static Step noted(CommandState state, String reason) {
        return new Step(state, state, true, Optional.of(reason), false);
    }

    static Step to(CommandState before, CommandStatus status) {
        return new Step(before, before.with(status), true, Optional.empty(), false);
    }

    static Step to(CommandState before, CommandStatus status, String reason) {
        return new Step(before, before.with(status), true, Optional.of(reason), false);
    }

    Step andSessionUnready() {
        return new Step(before, after, noted, reason, true);
    }

    public boolean changed() {
        return before.status() != after.status();
    }

    /** The device can be sent its next command. */
    public boolean freesDevice() {
        return before.status() == CommandStatus.SENT && after.status() != CommandStatus.SENT;
    }
}
