package io.millrace.commands.life;

import static io.millrace.schemas.CommandStatus.CANCELLED;
import static io.millrace.schemas.CommandStatus.DELIVERED;
import static io.millrace.schemas.CommandStatus.EXPIRED;
import static io.millrace.schemas.CommandStatus.FAILED;
import static io.millrace.schemas.CommandStatus.QUEUED;
import static io.millrace.schemas.CommandStatus.REJECTED;
import static io.millrace.schemas.CommandStatus.SENT;
import static io.millrace.schemas.CommandStatus.SUCCEEDED;
import static io.millrace.schemas.CommandStatus.UNCONFIRMED;

import io.millrace.schemas.CommandStatus;
import java.time.Instant;
import java.util.Optional;

/**
 * The life of a command: (state, signal, now) → step. Pure; every change of a status is decided here, except that the claim of
 * the next command ({@code Dispatched}) and the birth of one are carried out inside statements of {@code ClaimStore} and
 * {@code AcceptStore}. The table stands in {@code docs/commands.md}, and a test holds it against this class.
 *
 * <p>Why: a PUBACK is the truth whenever it is learnt, so a command that was queued again after its session broke is delivered,
 * not sent twice; but a final state stays (two people must not read two ends of one command). A device's own answer proves more
 * than its PUBACK, which esp-mqtt sends only after the application has handled the message: the answer often comes first. A
 * command that is sent does not expire by our clock: the gateway holds it and says how it ended, or its session ends. An attempt
 * that failed and is followed by a retry is done with: a PUBACK that comes after the answer must not call the retry off.
 */
public final class CommandLife {
    static final String LATE = "late";
    static final String NO_ANSWER = "no-answer";
    static final String ACKNOWLEDGED = "acknowledged after its answer";

    private CommandLife() {}

    public static Step next(CommandState state, Signal signal, Instant now) {
        if (signal instanceof Signal.Dispatched s) {
            return dispatched(state, s, now);
        } else if (signal instanceof Signal.Delivered s) {
            return delivered(state, s);
        } else if (signal instanceof Signal.Unconfirmed s) {
            return isSame(state, s.epoch(), s.attempt()) ? Step.to(state, UNCONFIRMED, "qos-0") : Step.ignored(state);
        } else if (signal instanceof Signal.Undelivered s) {
            return isSame(state, s.epoch(), s.attempt()) ? undelivered(state, s, now) : Step.ignored(state);
        } else if (signal instanceof Signal.Responded s) {
            return responded(state, s, now);
        } else if (signal instanceof Signal.AnswerOverdue s) {
            return state.status() == DELIVERED && state.attempt() == s.attempt()
                    ? failed(state, Retry.Cause.NO_ANSWER, Optional.of(NO_ANSWER), s.at(), now)
                    : Step.ignored(state);
        } else if (signal instanceof Signal.SessionEnded s) {
            return state.status() == SENT && state.epoch() <= s.epoch()
                    ? requeued(state, "session-ended", now)
                    : Step.ignored(state);
        } else if (signal instanceof Signal.DispatchLost s) {
            return state.status() == SENT && state.attempt() == s.attempt()
                    ? requeued(state, "dispatch-lost", now)
                    : Step.ignored(state);
        } else if (signal instanceof Signal.TimePassed) {
            return state.status() == QUEUED && state.isOver(now) ? Step.to(state, EXPIRED) : Step.ignored(state);
        } else if (signal instanceof Signal.Cancelled s) {
            return fromQueue(state, CANCELLED, "by " + s.by());
        } else if (signal instanceof Signal.DeviceRefused s) {
            return fromQueue(state, REJECTED, s.reason());
        }
        throw new IllegalStateException("no row for " + signal);
    }

    private static Step dispatched(CommandState state, Signal.Dispatched signal, Instant now) {
        if (state.status() != QUEUED) {
            return Step.ignored(state);
        }
        if (state.isOver(now)) {
            return Step.to(state, EXPIRED);
        }
        return Step.sent(state, signal.epoch());
    }

    private static Step delivered(CommandState state, Signal.Delivered signal) {
        boolean same = state.isAttempt(signal.epoch(), signal.attempt());
        if (!state.status().isFinal() && state.isDoneWith(signal.attempt())) {
            return Step.noted(state, same ? ACKNOWLEDGED : LATE);
        }
        return switch (state.status()) {
            case SENT -> same ? Step.to(state, DELIVERED) : Step.to(state, DELIVERED, LATE);
            case QUEUED -> Step.to(state, DELIVERED, LATE);
            case DELIVERED -> same ? Step.ignored(state) : Step.noted(state, LATE);
            case SUCCEEDED, FAILED -> Step.noted(state, same ? ACKNOWLEDGED : LATE);
            case EXPIRED, CANCELLED, REJECTED, UNCONFIRMED -> Step.noted(state, LATE);
        };
    }

    private static Step undelivered(CommandState state, Signal.Undelivered signal, Instant now) {
        String reason = signal.reason().text();
        return switch (signal.reason()) {
            case SESSION_GONE, SESSION_LOST, NOT_SUBSCRIBED ->
                requeued(state, reason, now).andSessionUnready();
            case EXPIRED -> Step.to(state, EXPIRED);
            case TOO_LARGE -> Step.to(state, REJECTED, reason);
            case REFUSED_BY_DEVICE -> failed(state, Retry.Cause.FAILED, Optional.of(reason), signal.at(), now);
        };
    }

    private static Step responded(CommandState state, Signal.Responded signal, Instant now) {
        if (state.status().isFinal()) {
            return Step.noted(state, LATE);
        }
        if (state.attempt() == 0 || !signal.succeeded() && state.hasFailedBy(signal.at())) {
            return Step.ignored(state);
        }
        if (signal.succeeded()) {
            return ended(state, SUCCEEDED, signal.words());
        }
        return state.isDoneWith(state.attempt())
                ? Step.noted(state, LATE)
                : failed(state, Retry.Cause.FAILED, signal.words(), signal.at(), now);
    }

    /** Unless its sender's policy wants another attempt, and there is time for one. */
    private static Step failed(
            CommandState state, Retry.Cause cause, Optional<String> reason, Instant at, Instant now) {
        Retry retry = state.terms().retry();
        Instant next = now.plus(retry.delay());
        if (retry.allows(cause, state.retries()) && !state.isOver(next)) {
            int number = state.retries() + 1;
            return Step.retry(
                    state, "retry " + number + " of " + retry.times() + ": " + reason.orElse(cause.text()), at, next);
        }
        return ended(state, FAILED, reason);
    }

    private static Step ended(CommandState state, CommandStatus end, Optional<String> reason) {
        return reason.map(text -> Step.to(state, end, text)).orElseGet(() -> Step.to(state, end));
    }

    private static Step requeued(CommandState state, String reason, Instant now) {
        return state.isOver(now) ? Step.to(state, EXPIRED, reason) : Step.to(state, QUEUED, reason);
    }

    private static Step fromQueue(CommandState state, CommandStatus end, String reason) {
        return state.status() == QUEUED ? Step.to(state, end, reason) : Step.ignored(state);
    }

    private static boolean isSame(CommandState state, long epoch, int attempt) {
        return state.status() == SENT && state.isAttempt(epoch, attempt);
    }
}
