package io.millrace.gateway.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.gateway.state.KeptStates.Kept;
import io.millrace.schemas.SessionState;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A session's state from one connection to the next. */
class SessionStatesTest extends PlayedStates {
    @Test
    void theNextSessionGetsWhatTheOneBeforeLeft() {
        KeptSession session = KeptSession.begin(states, DEVICE, 5, 60, Kept.NOTHING);
        var subscribed = session.subscribed(COMMANDS);
        assertThat(subscribed.toCompletableFuture()).isNotDone();
        acknowledgeAll();
        assertThat(subscribed.toCompletableFuture()).isDone();
        assertThat(session.subscribed(COMMANDS).toCompletableFuture()).isDone();
        assertThat(sent).isEmpty();

        var next = take(6, false, true);
        assertThat(next.toCompletableFuture()).isNotDone();
        session.handOn(List.of(7, 9), List.of());
        assertThat(next.toCompletableFuture()).isNotDone();
        acknowledgeAll();
        assertThat(now(next)).hasValueSatisfying(state -> {
            assertThat(state.subscriptions()).isEqualTo(COMMANDS);
            assertThat(state.received()).containsExactly(7, 9);
            assertThat(state.connected()).isFalse();
        });
    }

    /** What it asked for with its CONNECT does not have the end that Kafka acknowledged since. */
    @Test
    void whoComesBackAtOnceDoesNotGetWhatWasBefore() {
        KeptSession session = KeptSession.begin(states, DEVICE, 5, 60, Kept.NOTHING);
        session.subscribed(COMMANDS);
        acknowledgeAll();
        var asked = states.refreshed();
        CompletableFuture<Void> read = new CompletableFuture<>();
        refreshed = read;
        session.expirySeconds(0);
        session.handOn(List.of(), List.of());
        Sent end = sent.remove();
        end.callback().onCompletion(null, null);
        var next = states.take(DEVICE, 6, false, true, asked);
        assertThat(next.toCompletableFuture()).isNotDone();
        assertThat(states.isUnknown(DEVICE)).isFalse();
        read(end.record());
        assertThat(states.isUnknown(DEVICE)).isFalse();
        read.complete(null);
        assertThat(now(next)).isEmpty();
        assertThat(states.isUnknown(DEVICE)).isTrue();
    }

    @Test
    void aSessionIsOverWhenItsExpiryHasPassedSinceTheDeviceLeft() {
        stateOf(5, 0, false, 60);
        now = START.plusSeconds(59);
        assertThat(now(take(6, false, true))).isPresent();
        now = START.plusSeconds(60);
        assertThat(now(take(6, false, true))).isEmpty();
        stateOf(6, 0, true, 60);
        now = START.plusSeconds(3_600);
        assertThat(now(take(7, false, true))).isPresent();
    }

    @Test
    void aCleanStartWaitsUntilWhatWasIsDiscarded() {
        assertThat(states.isUnknown(DEVICE)).isTrue();
        stateOf(5, 0, false, 60);
        assertThat(states.isUnknown(DEVICE)).isFalse();
        var taken = take(6, true, false);
        assertThat(taken.toCompletableFuture()).isNotDone();
        acknowledgeAll();
        assertThat(now(taken)).isEmpty();
        assertThat(states.isUnknown(DEVICE)).isTrue();
        // One that is kept replaces it with its own first record.
        stateOf(7, 0, false, 60);
        assertThat(now(take(8, true, true))).isEmpty();
        assertThat(sent).isEmpty();
    }

    @Test
    void theNewerSessionCountsWhicheverRecordStandsLast() {
        stateOf(9, 0, true, 60);
        stateOf(5, 1, false, 60);
        assertThat(overwritten).containsExactly(9L, 5L);
        assertThat(now(take(10, false, true)).map(Kept::epoch)).contains(9L);
        read(SessionState.tombstone(TOPICS, DEVICE, 8));
        assertThat(kept.holds(DEVICE)).isTrue();
        read(SessionState.tombstone(TOPICS, DEVICE, 9));
        assertThat(kept.holds(DEVICE)).isFalse();
    }

    @Test
    void withoutExpiryTheStateEndsWithTheSession() {
        stateOf(5, 0, false, 60);
        KeptSession session = KeptSession.begin(
                states, DEVICE, 6, 0, now(take(6, false, false)).orElseThrow());
        session.handOn(List.of(), List.of());
        acknowledgeAll();
        assertThat(kept.size()).isZero();
    }

    @Test
    void equalSubscriptionsAreOneObject() {
        stateOf(5, 0, true, 60);
        var first = now(take(6, false, true)).orElseThrow().subscriptions();
        stateOf(6, 0, true, 60);
        assertThat(now(take(7, false, true)).orElseThrow().subscriptions()).isSameAs(first);
    }

    @Test
    void aLateTombstoneIsToldToTheNewerSession() {
        stateOf(9, 1, true, 60);
        read(SessionState.tombstone(TOPICS, DEVICE, 8));
        assertThat(overwritten).containsExactly(9L, 8L);
    }
}
