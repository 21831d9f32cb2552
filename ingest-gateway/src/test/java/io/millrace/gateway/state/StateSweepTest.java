package io.millrace.gateway.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.gateway.state.KeptStates.Kept;
import io.millrace.schemas.SessionState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is written when no session does so any more, and what late records have buried. */
class StateSweepTest extends PlayedStates {
    @Test
    void whatADeadProcessLeftOpenExpiresFromTheNextStartOn() {
        stateOf(5, 2, true, 60);
        now = START.plusSeconds(1_000);
        var closed = states.closeWhatWasLeftOpen();
        acknowledgeAll();
        assertThat(closed.toCompletableFuture()).isDone();
        now = START.plusSeconds(1_059);
        assertThat(now(take(6, false, true))).isPresent();
        now = START.plusSeconds(1_060);
        assertThat(now(take(6, false, true))).isEmpty();
    }

    @Test
    void theSweepEndsInKafkaWhatWasWrittenHereAndForgetsTheRest() {
        stateOf(5, 2, false, 60);
        now = START.plusSeconds(61);
        states.sweep();
        acknowledgeAll();
        assertThat(kept.size()).isZero();
        stateOf(6, 1, false, 60);
        now = now.plusSeconds(61);
        states.sweep();
        assertThat(sent).isEmpty();
        assertThat(kept.size()).isEqualTo(1);
        now = now.plus(Duration.ofHours(1));
        states.sweep();
        assertThat(kept.size()).isZero();
    }

    @Test
    void whatALateTombstoneBuriedIsWrittenAgainAsItWas() {
        stateOf(9, 2, false, 60);
        now = START.plusSeconds(20);
        read(SessionState.tombstone(TOPICS, DEVICE, 8));
        states.sweep();
        // It may be that somebody is about to write it.
        assertThat(sent).isEmpty();
        states.sweep();
        assertThat(sent).hasSize(1);
        KeptStates later = compacted(sent.getFirst().record());
        acknowledgeAll();
        assertThat(later.find(DEVICE, now)).isEqualTo(kept.find(DEVICE, now));
        assertThat(later.find(DEVICE, START.plusSeconds(59)))
                .hasValueSatisfying(state -> assertThat(state.received()).containsExactly(7));
        assertThat(later.find(DEVICE, START.plusSeconds(60))).isEmpty();
        states.sweep();
        states.sweep();
        assertThat(sent).isEmpty();
    }

    @Test
    void whatWasBuriedByAnotherGatewayIsForThatOneToWriteAgain() {
        stateOf(9, 1, false, 3_600);
        read(SessionState.tombstone(TOPICS, DEVICE, 8));
        states.sweep();
        states.sweep();
        assertThat(sent).isEmpty();
    }

    @Test
    void whatIsBuriedWhenTheGatewayStartsIsWrittenBeforeTheFirstConnection() {
        stateOf(9, 2, false, 60);
        stateOf(8, 1, false, 60);
        var begun = states.closeWhatWasLeftOpen();
        assertThat(begun.toCompletableFuture()).isNotDone();
        acknowledgeAll();
        assertThat(begun.toCompletableFuture()).isDone();
        assertThat(kept.isBuried(DEVICE)).isFalse();
    }

    @Test
    void whatANewerSessionEndedDoesNotComeBackAndWhoWasLateEndsItAgain() {
        stateOf(8, 2, true, 60);
        read(SessionState.tombstone(TOPICS, DEVICE, 9));
        stateOf(8, 2, false, 60);
        assertThat(kept.holds(DEVICE)).isFalse();
        states.sweep();
        assertThat(sent).hasSize(1);
        assertThat(compacted(sent.getFirst().record()).holds(DEVICE)).isFalse();
        acknowledgeAll();
        states.sweep();
        assertThat(sent).isEmpty();
        stateOf(10, 1, true, 60);
        assertThat(kept.holds(DEVICE)).isTrue();
    }

    @Test
    void aStateWhoseNewerSessionWritesNoneExpires() {
        KeptSession session = KeptSession.begin(states, DEVICE, 5, 60, Kept.NOTHING);
        var unused = session.subscribed(COMMANDS);
        acknowledgeAll();
        now = START.plusSeconds(1_000);
        states.sweep();
        states.sweep();
        assertThat(sent).isEmpty();

        // To a poll by HTTP, or to one that is refused after all.
        session.leaveToOther();
        states.sweep();
        assertThat(sent).isEmpty();
        states.sweep();
        acknowledgeAll();
        assertThat(now(take(6, false, true))).hasValueSatisfying(state -> {
            assertThat(state.connected()).isFalse();
            assertThat(state.subscriptions()).isEqualTo(COMMANDS);
        });
        now = now.plusSeconds(60);
        assertThat(now(take(7, false, true))).isEmpty();
    }

    @Test
    void aStateExpiresWhoseGatewayDoesNotComeBack() {
        stateOf(5, GONE, true, 60);
        now = START.plusSeconds(1_000);
        states.sweep();
        states.sweep();
        acknowledgeAll();
        assertThat(now(take(6, false, true))).isPresent();
        now = now.plusSeconds(60);
        assertThat(now(take(7, false, true))).isEmpty();
        stateOf(8, 1, true, 60);
        states.sweep();
        states.sweep();
        assertThat(sent).isEmpty();
    }
}
