package io.millrace.commands.life;

import io.millrace.schemas.CommandStatus;
import java.time.Instant;

/**
 * What the next step of a command depends on.
 *
 * @param attempt how often it has been sent; 0 before the first time
 * @param epoch of the session for which it was sent last; -1 before the first time
 */
public record CommandState(CommandStatus status, int attempt, long epoch, Instant expiresAt) {
    public static final long NO_EPOCH = -1;

    CommandState with(CommandStatus next) {
        return new CommandState(next, attempt, epoch, expiresAt);
    }

    boolean isOver(Instant now) {
        return !now.isBefore(expiresAt);
    }

    boolean isAttempt(long reportedEpoch, int reportedAttempt) {
        return epoch == reportedEpoch && attempt == reportedAttempt;
    }
}
