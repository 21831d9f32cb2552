package io.millrace.commands.life;

import io.millrace.schemas.CommandStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What the next step of a command depends on.
 *
 * @param attempt how often it has been sent; 0 before the first time
 * @param epoch of the session for which it was sent last; -1 before the first time
 * @param retries how often its sender's policy has queued it again
 * @param failedAttempt the last attempt that is done with, since a retry follows it; 0 if there is none
 * @param failedAt when its device said so, or what else made it fail happened
 */
public record CommandState(
        CommandStatus status,
        int attempt,
        long epoch,
        Instant expiresAt,
        Terms terms,
        int retries,
        int failedAttempt,
        Optional<Instant> failedAt) {
    public static final long NO_EPOCH = -1;
    private static final ChronoUnit STORED = ChronoUnit.MICROS;

    /** Of a command with no terms. */
    public CommandState(CommandStatus status, int attempt, long epoch, Instant expiresAt) {
        this(status, attempt, epoch, expiresAt, Terms.NONE, 0, 0, Optional.empty());
    }

    CommandState with(CommandStatus next) {
        return new CommandState(next, attempt, epoch, expiresAt, terms, retries, failedAttempt, failedAt);
    }

    CommandState sent(long toEpoch) {
        return new CommandState(
                CommandStatus.SENT, attempt + 1, toEpoch, expiresAt, terms, retries, failedAttempt, failedAt);
    }

    CommandState queuedForRetry(Instant failed) {
        return new CommandState(
                CommandStatus.QUEUED,
                attempt,
                epoch,
                expiresAt,
                terms,
                retries + 1,
                attempt,
                Optional.of(failed.truncatedTo(STORED)));
    }

    boolean isOver(Instant now) {
        return !now.isBefore(expiresAt);
    }

    boolean isAttempt(long reportedEpoch, int reportedAttempt) {
        return epoch == reportedEpoch && attempt == reportedAttempt;
    }

    /** What happened then has made an attempt fail already: it is told once more, as Kafka may do. */
    boolean hasFailedBy(Instant at) {
        return failedAt.filter(at.truncatedTo(STORED)::equals).isPresent();
    }

    /** That attempt has failed, and another follows it. */
    boolean isDoneWith(int reportedAttempt) {
        return failedAttempt > 0 && reportedAttempt <= failedAttempt;
    }
}
