package io.millrace.commands.life;

import static io.millrace.schemas.CommandStatus.DELIVERED;
import static io.millrace.schemas.CommandStatus.FAILED;
import static io.millrace.schemas.CommandStatus.QUEUED;
import static io.millrace.schemas.CommandStatus.SENT;
import static io.millrace.schemas.CommandStatus.SUCCEEDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.CommandStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandRetryTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:04:00Z");
    private static final long EPOCH = 4711;
    private static final Signal FAILURE =
            new Signal.Responded(false, Optional.of("too hot"), Optional.of("\"too hot\""), NOW);
    private static final Signal SUCCESS = new Signal.Responded(true, Optional.empty(), Optional.empty(), NOW);
    private static final Set<Retry.Cause> ANY = EnumSet.allOf(Retry.Cause.class);

    private static CommandState in(CommandStatus status, int times, Set<Retry.Cause> on) {
        var terms = new Terms(new Retry(times, Duration.ofSeconds(10), on), Optional.of(Duration.ofSeconds(5)));
        return new CommandState(status, 1, EPOCH, NOW.plusSeconds(60), terms, 0, 0, Optional.empty());
    }

    /** Said that many seconds later. */
    private static Signal failure(int later) {
        return new Signal.Responded(false, Optional.of("too hot"), Optional.of("\"too hot\""), NOW.plusSeconds(later));
    }

    private static Step next(CommandState state, Signal signal) {
        return CommandLife.next(state, signal, NOW);
    }

    @Test
    void aFailureWaitsForItsRetryAndSaysWhichOneItIs() {
        Step step = next(in(SENT, 2, ANY), FAILURE);

        assertThat(step.after().status()).isEqualTo(QUEUED);
        assertThat(step.reason()).contains("retry 1 of 2: too hot");
        assertThat(step.notBefore()).contains(NOW.plusSeconds(10));
        assertThat(step.freesDevice()).isTrue();
    }

    @Test
    void afterTheLastRetryItHasFailed() {
        CommandState state = in(SENT, 2, ANY);
        for (int retry = 1; retry <= 2; retry++) {
            state = next(next(state, failure(retry)).after(), new Signal.Dispatched(EPOCH, NOW))
                    .after();
            assertThat(state.status()).isEqualTo(SENT);
            assertThat(state.attempt()).isEqualTo(1 + retry);
        }
        assertThat(next(state, FAILURE).after().status()).isEqualTo(FAILED);
        assertThat(next(state, FAILURE).reason()).contains("too hot");
    }

    @Test
    void thePubackThatComesAfterTheAnswerDoesNotCallTheRetryOff() {
        CommandState waiting = next(in(SENT, 2, ANY), FAILURE).after();
        Step puback = next(waiting, new Signal.Delivered(EPOCH, 1, NOW));
        assertThat(puback.changed()).isFalse();
        assertThat(puback.reason()).contains("acknowledged after its answer");

        CommandState again = next(waiting, new Signal.Dispatched(EPOCH, NOW)).after();
        assertThat(next(again, new Signal.Delivered(EPOCH, 1, NOW)).changed()).isFalse();
        assertThat(next(again, new Signal.Delivered(EPOCH, 2, NOW)).after().status())
                .isEqualTo(DELIVERED);
    }

    @Test
    void anAnswerThatComesTwiceIsOneFailure() {
        CommandState waiting = next(in(DELIVERED, 2, ANY), FAILURE).after();

        assertThat(next(waiting, FAILURE).changed()).isFalse();
        assertThat(next(waiting, FAILURE).after().retries()).isEqualTo(1);
    }

    @Test
    void anAnswerThatKafkaTellsOnceMoreDoesNotCountForTheRetry() {
        CommandState again = next(next(in(DELIVERED, 2, ANY), FAILURE).after(), new Signal.Dispatched(EPOCH, NOW))
                .after();

        assertThat(next(again, FAILURE).noted()).isFalse();
        assertThat(next(again, failure(11)).after().retries()).isEqualTo(2);
    }

    @Test
    void aDeviceThatSucceedsByItselfMeanwhileHasSucceeded() {
        CommandState waiting = next(in(DELIVERED, 2, ANY), FAILURE).after();

        assertThat(next(waiting, SUCCESS).after().status()).isEqualTo(SUCCEEDED);
    }

    @Test
    void nothingIsRetriedForWhichThereIsNoTime() {
        var terms = new Terms(new Retry(3, Duration.ofMinutes(1), ANY), Optional.empty());
        var state = new CommandState(SENT, 1, EPOCH, NOW.plusSeconds(60), terms, 0, 0, Optional.empty());

        assertThat(next(state, FAILURE).after().status()).isEqualTo(FAILED);
    }

    @Test
    void onlyWhatThePolicyNamesIsRetried() {
        Signal overdue = new Signal.AnswerOverdue(1, NOW);

        assertThat(next(in(DELIVERED, 1, Set.of(Retry.Cause.FAILED)), overdue)
                        .after()
                        .status())
                .isEqualTo(FAILED);
        assertThat(next(in(DELIVERED, 1, Set.of(Retry.Cause.NO_ANSWER)), overdue)
                        .reason())
                .contains("retry 1 of 1: no-answer");
        assertThat(next(in(SENT, 1, Set.of(Retry.Cause.NO_ANSWER)), FAILURE)
                        .after()
                        .status())
                .isEqualTo(FAILED);
    }

    @Test
    void anAnswerIsDueFromTheDeliveryOn() {
        Step delivered = next(in(SENT, 0, Set.of()), new Signal.Delivered(EPOCH, 1, NOW));

        assertThat(delivered.answerDue(NOW)).contains(NOW.plusSeconds(5));
        assertThat(next(in(DELIVERED, 0, Set.of()), SUCCESS).answerDue(NOW)).isEmpty();
    }

    @Test
    void anAttemptThatWasLostOnTheWayIsNoRetry() {
        Step lost = next(in(SENT, 1, ANY), new Signal.SessionEnded(EPOCH, NOW));

        assertThat(lost.after().status()).isEqualTo(QUEUED);
        assertThat(lost.after().retries()).isZero();
        assertThat(lost.notBefore()).isEmpty();
    }
}
