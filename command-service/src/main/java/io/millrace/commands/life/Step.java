package io.millrace.commands.life;

import io.millrace.schemas.CommandStatus;
import java.time.Instant;
import java.util.Optional;

/**
 * What a signal made of a command.
 *
 * @param noted whether the timeline gets an entry; always when the status has changed
 * @param reason why, for the status and the timeline
 * @param sessionUnready nothing more is to be dispatched to that session until its gateway says ready again
 * @param notBefore when it may be sent again, if it is queued for a retry
 */
public record Step(
        CommandState before,
        CommandState after,
        boolean noted,
        Optional<String> reason,
        boolean sessionUnready,
        Optional<Instant> notBefore) {

    private Step(CommandState before, CommandState after, boolean noted, Optional<String> reason) {
        this(before, after, noted, reason, false, Optional.empty());
    }

    static Step ignored(CommandState state) {
        return new Step(state, state, false, Optional.empty());
    }

    static Step noted(CommandState state, String reason) {
        return new Step(state, state, true, Optional.of(reason));
    }

    static Step to(CommandState before, CommandStatus status) {
        return new Step(before, before.with(status), true, Optional.empty());
    }

    static Step to(CommandState before, CommandStatus status, String reason) {
        return new Step(before, before.with(status), true, Optional.of(reason));
    }

    static Step sent(CommandState before, long epoch) {
        return new Step(before, before.sent(epoch), true, Optional.empty());
    }

    static Step retry(CommandState before, String reason, Instant failed, Instant notBefore) {
        return new Step(
                before, before.queuedForRetry(failed), true, Optional.of(reason), false, Optional.of(notBefore));
    }

    Step andSessionUnready() {
        return new Step(before, after, noted, reason, true, notBefore);
    }

    /** When an answer has to be there, if this is the step to {@code delivered} and it has to be answered. */
    public Optional<Instant> answerDue(Instant now) {
        return changed() && after.status() == CommandStatus.DELIVERED
                ? after.terms().answerWithin().map(now::plus)
                : Optional.empty();
    }

    /** It has another status, or waits for a retry now. */
    public boolean changed() {
        return before.status() != after.status() || notBefore.isPresent();
    }

    /** The device can be sent its next command. */
    public boolean freesDevice() {
        return before.status() == CommandStatus.SENT && after.status() != CommandStatus.SENT;
    }
}
