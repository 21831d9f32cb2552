package io.millrace.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private static final DeviceId DEVICE = new DeviceId("d");

    private final Sessions sessions = new Sessions(new SimpleMeterRegistry().counter("takeovers"));

    private FakeSession opened(long epoch) {
        sessions.beginOpening(DEVICE);
        FakeSession session = new FakeSession(DEVICE, epoch);
        sessions.opened(session);
        return session;
    }

    @Test
    void theNewerSessionTakesOver() {
        FakeSession old = opened(1);
        FakeSession young = opened(2);
        assertThat(old.ends).containsExactly(CloseReason.TAKEN_OVER);
        assertThat(young.ends).isEmpty();
        assertThat(sessions.find(DEVICE)).contains(young);
    }

    @Test
    void theNewerSessionWinsAlsoWhenItIsKnownFirst() {
        sessions.beginOpening(DEVICE);
        FakeSession young = opened(2);
        FakeSession old = new FakeSession(DEVICE, 1);
        sessions.opened(old);
        assertThat(old.ends).containsExactly(CloseReason.TAKEN_OVER);
        assertThat(young.ends).isEmpty();
        assertThat(sessions.find(DEVICE)).contains(young);
    }

    @Test
    void aLateCloseDoesNotRemoveTheNewerSession() {
        FakeSession old = opened(1);
        FakeSession young = opened(2);
        sessions.remove(old);
        assertThat(sessions.find(DEVICE)).contains(young);
        sessions.remove(young);
        assertThat(sessions.size()).isZero();
        assertThat(sessions.waitsForNews(DEVICE, 9)).isFalse();
    }

    @Test
    void anotherGatewaysNewerSessionEndsOurs() {
        FakeSession ours = opened(5);
        sessions.openedElsewhere(DEVICE, 4, true);
        assertThat(ours.ends).isEmpty();
        sessions.openedElsewhere(DEVICE, 6, true);
        assertThat(ours.ends).containsExactly(CloseReason.TAKEN_OVER);
    }

    @Test
    void newsThatOvertakeOurOwnEpochAreNotForgotten() {
        sessions.beginOpening(DEVICE);
        sessions.openedElsewhere(DEVICE, 6, true);
        FakeSession ours = new FakeSession(DEVICE, 5);
        sessions.opened(ours);
        assertThat(ours.ends).containsExactly(CloseReason.TAKEN_OVER);
    }

    @Test
    void aConnectThatCameToNothingLeavesNoTrace() {
        sessions.beginOpening(DEVICE);
        assertThat(sessions.waitsForNews(DEVICE, 9)).isTrue();
        var unused = sessions.notOpened(DEVICE);
        assertThat(sessions.waitsForNews(DEVICE, 9)).isFalse();
    }

    @Test
    void whoIsTakenOverIsToldByWhichSession() {
        FakeSession first = opened(1);
        FakeSession third = opened(3);
        FakeSession second = opened(2);
        sessions.openedElsewhere(DEVICE, 7, false);
        assertThat(first.takenOver).containsExactly(new Takeover(3, true, true));
        assertThat(second.takenOver).containsExactly(new Takeover(3, true, true));
        assertThat(third.takenOver).containsExactly(new Takeover(7, false, false));
    }

    /** A session that has ended meanwhile passes the news on to the wills; there may be a newer one's by then. */
    @Test
    void aWillThatWaitsIsNoConcernOfASessionBeforeItsOwn() {
        FakeSession first = opened(1);
        opened(3);
        sessions.wills().put(DEVICE, 3, () -> {}, new CompletableFuture<>());
        Takeover by = first.takenOver.get(0);
        sessions.wills().opened(DEVICE, by.epoch(), by.cleanStart());
        assertThat(sessions.wills().isWaiting(DEVICE)).isTrue();
        sessions.openedElsewhere(DEVICE, 4, false);
        assertThat(sessions.wills().isWaiting(DEVICE)).isFalse();
    }
}
