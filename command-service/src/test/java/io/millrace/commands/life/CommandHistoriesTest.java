package io.millrace.commands.life;

import static io.millrace.schemas.CommandStatus.DELIVERED;
import static io.millrace.schemas.CommandStatus.SENT;
import static io.millrace.schemas.CommandStatus.SUCCEEDED;
import static io.millrace.schemas.CommandStatus.UNCONFIRMED;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.CommandStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds whatever happens, in whatever order: in 2,000 lives of up to 40 signals. */
class CommandHistoriesTest {
    private static final Instant START = Instant.parse("2026-11-22T10:04:00Z");
    private static final int LIVES = 2_000;
    private static final int SIGNALS = 40;

    @Test
    void inEveryLifeWhatIsPromisedHolds() {
        Set<CommandStatus> ends = new HashSet<>();
        int mostRetries = 0;
        for (int seed = 0; seed < LIVES; seed++) {
            CommandState end = live(new Random(seed), "life " + seed);
            ends.add(end.status());
            mostRetries = Math.max(mostRetries, end.retries());
        }
        // Else these lives would show nothing.
        assertThat(ends)
                .containsAll(Stream.of(CommandStatus.values())
                        .filter(CommandStatus::isFinal)
                        .toList());
        assertThat(mostRetries).isEqualTo(3);
    }

    private static CommandState live(Random random, String life) {
        Retry retry = new Retry(random.nextInt(4), Duration.ofSeconds(random.nextInt(20)), causes(random));
        Terms terms = new Terms(retry, Optional.of(Duration.ofSeconds(5)));
        CommandState state = new CommandState(
                CommandStatus.QUEUED, 0, CommandState.NO_EPOCH, START.plusSeconds(120), terms, 0, 0, Optional.empty());
        Instant now = START;
        for (int i = 0; i < SIGNALS; i++) {
            now = now.plusSeconds(random.nextInt(10));
            Signal signal = signal(random, state, now);
            Step step = CommandLife.next(state, signal, now);
            check(step, signal, now, life + ": " + state + " after " + signal);
            state = step.after();
        }
        return state;
    }

    private static void check(Step step, Signal signal, Instant now, String as) {
        CommandState before = step.before();
        CommandState after = step.after();
        boolean sent = step.changed() && after.status() == SENT;

        assertThat(step.noted() || !step.changed()).as(as).isTrue();
        assertThat(before.status().isFinal() && step.changed())
                .as(as + ": leaves its end")
                .isFalse();
        assertThat(sent && before.isOver(now)).as(as + ": sent after its time").isFalse();
        assertThat(sent)
                .as(as)
                .isEqualTo(signal instanceof Signal.Dispatched
                        && step.changed()
                        && after.status() != CommandStatus.EXPIRED);
        assertThat(after.attempt()).as(as).isEqualTo(before.attempt() + (sent ? 1 : 0));
        if (step.changed() && after.status() == DELIVERED) {
            assertThat(signal).as(as).isInstanceOf(Signal.Delivered.class);
            assertThat(before.isDoneWith(((Signal.Delivered) signal).attempt()))
                    .as(as)
                    .isFalse();
        }
        if (step.changed() && after.status() == SUCCEEDED) {
            assertThat(signal).as(as).isInstanceOf(Signal.Responded.class);
        }
        if (step.changed() && after.status() == UNCONFIRMED) {
            assertThat(signal).as(as).isInstanceOf(Signal.Unconfirmed.class);
        }
        assertThat(step.freesDevice()).as(as).isEqualTo(before.status() == SENT && step.changed());
        checkRetry(step, now, as);
    }

    private static void checkRetry(Step step, Instant now, String as) {
        Retry retry = step.before().terms().retry();
        int more = step.after().retries() - step.before().retries();
        assertThat(more).as(as).isEqualTo(step.notBefore().isPresent() ? 1 : 0);
        assertThat(step.after().retries()).as(as).isLessThanOrEqualTo(retry.times());
        if (more == 1) {
            assertThat(step.after().status()).as(as).isEqualTo(CommandStatus.QUEUED);
            assertThat(step.notBefore()).as(as).contains(now.plus(retry.delay()));
            assertThat(step.after().isOver(now.plus(retry.delay()))).as(as).isFalse();
            assertThat(step.after().failedAttempt())
                    .as(as)
                    .isEqualTo(step.after().attempt());
        } else {
            assertThat(step.after().failedAttempt())
                    .as(as)
                    .isEqualTo(step.before().failedAttempt());
        }
    }

    private static Set<Retry.Cause> causes(Random random) {
        Set<Retry.Cause> causes = EnumSet.noneOf(Retry.Cause.class);
        for (Retry.Cause cause : Retry.Cause.values()) {
            if (random.nextInt(4) > 0) {
                causes.add(cause);
            }
        }
        return causes;
    }

    /** Of this attempt or an earlier one, in any state. */
    private static Signal signal(Random random, CommandState state, Instant at) {
        boolean current = random.nextInt(3) > 0;
        int attempt = current ? state.attempt() : random.nextInt(state.attempt() + 1);
        long epoch = current ? state.epoch() : state.epoch() - random.nextInt(3);
        UndeliveredReason[] reasons = UndeliveredReason.values();
        return switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4 -> new Signal.Dispatched(Math.max(0, state.epoch() + random.nextInt(2)), at);
            case 5, 6 -> new Signal.Delivered(epoch, attempt, at);
            case 7 -> new Signal.Unconfirmed(epoch, attempt, at);
            case 8 -> new Signal.Undelivered(epoch, attempt, reasons[random.nextInt(reasons.length)], at);
            case 9, 10 -> new Signal.Responded(random.nextInt(4) == 0, Optional.empty(), Optional.empty(), at);
            case 11 -> new Signal.AnswerOverdue(attempt, at);
            case 12 -> new Signal.SessionEnded(epoch, at);
            case 13 -> new Signal.DispatchLost(attempt, at);
            case 14 -> new Signal.TimePassed(at);
            default ->
                random.nextInt(4) == 0
                        ? new Signal.DeviceRefused("device-disabled", at)
                        : new Signal.Cancelled("ada", at);
        };
    }
}
