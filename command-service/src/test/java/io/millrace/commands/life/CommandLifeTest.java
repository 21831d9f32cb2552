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
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.CommandStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table in {@link CommandLife}, row by row. */
class CommandLifeTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:04:00Z");
    private static final Instant LATER = NOW.plusSeconds(60);
    private static final long EPOCH = 4711;
    private static final int ATTEMPT = 2;
    private static final List<CommandStatus> FINAL =
            List.of(SUCCEEDED, FAILED, EXPIRED, CANCELLED, REJECTED, UNCONFIRMED);

    private static final Signal DISPATCHED = new Signal.Dispatched(EPOCH + 1, NOW);
    private static final Signal DELIVERED_SAME = new Signal.Delivered(EPOCH, ATTEMPT, NOW);
    private static final Signal DELIVERED_OTHER = new Signal.Delivered(EPOCH - 9, ATTEMPT - 1, NOW);
    private static final Signal SESSION_ENDED = new Signal.SessionEnded(EPOCH, NOW);
    private static final Signal LOST = new Signal.DispatchLost(ATTEMPT, NOW);
    private static final Signal TIME = new Signal.TimePassed(NOW);
    private static final Signal CANCEL = new Signal.Cancelled("ada", NOW);
    private static final Signal REFUSED = new Signal.DeviceRefused("device-disabled", NOW);

    @Test
    void aQueuedCommandIsSentForTheSessionThatIsThere() {
        Step step = next(in(QUEUED), DISPATCHED);

        assertThat(step.after()).isEqualTo(new CommandState(SENT, ATTEMPT + 1, EPOCH + 1, LATER));
        assertThat(step.freesDevice()).isFalse();
    }

    @Test
    void nothingIsSentOnceItsTimeIsOver() {
        assertThat(next(over(QUEUED), DISPATCHED).after().status()).isEqualTo(EXPIRED);
        assertThat(next(over(QUEUED), TIME).after().status()).isEqualTo(EXPIRED);
        assertThat(next(over(SENT), SESSION_ENDED).after().status()).isEqualTo(EXPIRED);
        assertThat(next(over(SENT), LOST).after().status()).isEqualTo(EXPIRED);
        assertThat(next(over(SENT), undelivered(UndeliveredReason.SESSION_LOST))
                        .after()
                        .status())
                .isEqualTo(EXPIRED);
    }

    @Test
    void onlyAQueuedCommandIsSent() {
        for (CommandStatus status : CommandStatus.values()) {
            if (status != QUEUED) {
                assertIgnored(status, DISPATCHED);
            }
        }
    }

    @Test
    void thePubackOfTheAttemptInHandMakesItDelivered() {
        Step step = next(in(SENT), DELIVERED_SAME);

        assertThat(step.after().status()).isEqualTo(DELIVERED);
        assertThat(step.freesDevice()).isTrue();
        assertThat(step.reason()).isEmpty();
    }

    @Test
    void aLatePubackIsStillTheTruth() {
        assertThat(next(in(SENT), DELIVERED_OTHER).after().status()).isEqualTo(DELIVERED);
        assertThat(next(in(SENT), DELIVERED_OTHER).freesDevice()).isTrue();
        assertThat(next(in(QUEUED), DELIVERED_SAME).after().status()).isEqualTo(DELIVERED);
        assertThat(next(in(QUEUED), DELIVERED_OTHER).reason()).contains("late");
    }

    @Test
    void aSecondPubackOfTheSameAttemptIsNoNews() {
        assertIgnored(DELIVERED, DELIVERED_SAME);
        assertNoted(DELIVERED, DELIVERED_OTHER);
    }

    @Test
    void aFinalStateStaysButALatePubackIsNoted() {
        FINAL.forEach(status -> {
            assertNoted(status, DELIVERED_SAME);
            assertNoted(status, DELIVERED_OTHER);
        });
    }

    @Test
    void nothingButAPubackMakesACommandDelivered() {
        for (CommandStatus status : CommandStatus.values()) {
            for (Signal signal : allSignals()) {
                boolean puback = signal instanceof Signal.Delivered;
                if (!puback && status != DELIVERED) {
                    assertThat(next(in(status), signal).after().status())
                            .as(status + " after " + signal)
                            .isNotEqualTo(DELIVERED);
                }
            }
        }
    }

    @Test
    void noSignalLeavesAFinalState() {
        for (CommandStatus status : FINAL) {
            for (Signal signal : allSignals()) {
                assertThat(next(in(status), signal).changed())
                        .as(status + " after " + signal)
                        .isFalse();
                assertThat(next(over(status), signal).changed()).isFalse();
            }
        }
    }

    @Test
    void writtenWithoutAcknowledgementIsUnconfirmed() {
        assertThat(next(in(SENT), new Signal.Unconfirmed(EPOCH, ATTEMPT, NOW))
                        .after()
                        .status())
                .isEqualTo(UNCONFIRMED);
        assertIgnored(SENT, new Signal.Unconfirmed(EPOCH, ATTEMPT - 1, NOW));
        assertIgnored(QUEUED, new Signal.Unconfirmed(EPOCH, ATTEMPT, NOW));
    }

    @ParameterizedTest
    @EnumSource(
            value = UndeliveredReason.class,
            names = {"SESSION_GONE", "SESSION_LOST", "NOT_SUBSCRIBED"})
    void anAttemptThatFoundNoSessionIsQueuedAgainAndTheSessionIsNotReady(UndeliveredReason reason) {
        Step step = next(in(SENT), undelivered(reason));

        assertThat(step.after().status()).isEqualTo(QUEUED);
        assertThat(step.sessionUnready()).isTrue();
        assertThat(step.freesDevice()).isTrue();
        assertThat(step.reason()).contains(reason.text());
    }

    @Test
    void anAttemptThatCannotSucceedIsTheEnd() {
        assertThat(next(in(SENT), undelivered(UndeliveredReason.EXPIRED))
                        .after()
                        .status())
                .isEqualTo(EXPIRED);
        assertThat(next(in(SENT), undelivered(UndeliveredReason.TOO_LARGE))
                        .after()
                        .status())
                .isEqualTo(REJECTED);
        assertThat(next(in(SENT), undelivered(UndeliveredReason.REFUSED_BY_DEVICE))
                        .after()
                        .status())
                .isEqualTo(FAILED);
    }

    @ParameterizedTest
    @EnumSource(UndeliveredReason.class)
    void whatBecameOfAnEarlierAttemptDoesNotMatter(UndeliveredReason reason) {
        assertIgnored(SENT, new Signal.Undelivered(EPOCH, ATTEMPT - 1, reason, NOW));
        assertIgnored(SENT, new Signal.Undelivered(EPOCH - 1, ATTEMPT, reason, NOW));
        assertIgnored(QUEUED, undelivered(reason));
        assertIgnored(DELIVERED, undelivered(reason));
    }

    @Test
    void theDevicesOwnWordEndsIt() {
        for (CommandStatus status : List.of(QUEUED, SENT, DELIVERED)) {
            assertThat(next(in(status), responded(true)).after().status()).isEqualTo(SUCCEEDED);
            assertThat(next(in(status), responded(false)).after().status()).isEqualTo(FAILED);
        }
        FINAL.forEach(status -> assertNoted(status, responded(true)));
    }

    @Test
    void nobodyAnswersWhatWasNeverSent() {
        var fresh = new CommandState(QUEUED, 0, CommandState.NO_EPOCH, LATER);

        assertThat(next(fresh, responded(true)).noted()).isFalse();
    }

    @Test
    void theEndOfItsSessionQueuesItAgainButNotTheEndOfAnEarlierOne() {
        assertThat(next(in(SENT), SESSION_ENDED).after().status()).isEqualTo(QUEUED);
        assertThat(next(in(SENT), new Signal.SessionEnded(EPOCH + 5, NOW))
                        .after()
                        .status())
                .isEqualTo(QUEUED);
        assertIgnored(SENT, new Signal.SessionEnded(EPOCH - 1, NOW));
        assertIgnored(QUEUED, SESSION_ENDED);
        assertIgnored(DELIVERED, SESSION_ENDED);
    }

    @Test
    void aLostDispatchQueuesItAgain() {
        assertThat(next(in(SENT), LOST).after().status()).isEqualTo(QUEUED);
        assertThat(next(in(SENT), LOST).sessionUnready()).isFalse();
        assertIgnored(SENT, new Signal.DispatchLost(ATTEMPT - 1, NOW));
        assertIgnored(DELIVERED, LOST);
    }

    @Test
    void whatIsSentDoesNotExpireByOurClock() {
        assertThat(next(over(SENT), TIME).changed()).isFalse();
        assertThat(next(over(DELIVERED), TIME).changed()).isFalse();
        assertIgnored(QUEUED, TIME);
    }

    @Test
    void onlyAQueuedCommandIsCancelledOrRejected() {
        assertThat(next(in(QUEUED), CANCEL).after().status()).isEqualTo(CANCELLED);
        assertThat(next(in(QUEUED), CANCEL).reason()).contains("by ada");
        assertThat(next(in(QUEUED), REFUSED).after().status()).isEqualTo(REJECTED);
        for (CommandStatus status : List.of(SENT, DELIVERED)) {
            assertIgnored(status, CANCEL);
            assertIgnored(status, REFUSED);
        }
    }

    private static List<Signal> allSignals() {
        return List.of(
                DISPATCHED,
                DELIVERED_SAME,
                DELIVERED_OTHER,
                new Signal.Unconfirmed(EPOCH, ATTEMPT, NOW),
                undelivered(UndeliveredReason.SESSION_LOST),
                undelivered(UndeliveredReason.EXPIRED),
                undelivered(UndeliveredReason.TOO_LARGE),
                undelivered(UndeliveredReason.REFUSED_BY_DEVICE),
                responded(true),
                responded(false),
                SESSION_ENDED,
                LOST,
                TIME,
                CANCEL,
                REFUSED);
    }

    private static CommandState in(CommandStatus status) {
        return new CommandState(status, ATTEMPT, EPOCH, LATER);
    }

    private static CommandState over(CommandStatus status) {
        return new CommandState(status, ATTEMPT, EPOCH, NOW);
    }

    private static Signal undelivered(UndeliveredReason reason) {
        return new Signal.Undelivered(EPOCH, ATTEMPT, reason, NOW);
    }

    private static Signal responded(boolean succeeded) {
        return new Signal.Responded(succeeded, Optional.empty(), Optional.empty(), NOW);
    }

    private static Step next(CommandState state, Signal signal) {
        return CommandLife.next(state, signal, NOW);
    }

    private static void assertIgnored(CommandStatus status, Signal signal) {
        Step step = next(in(status), signal);
        assertThat(step.noted()).as(status + " after " + signal).isFalse();
        assertThat(step.after()).isEqualTo(in(status));
    }

    private static void assertNoted(CommandStatus status, Signal signal) {
        Step step = next(in(status), signal);
        assertThat(step.noted()).as(status + " after " + signal).isTrue();
        assertThat(step.after()).isEqualTo(in(status));
    }
}
