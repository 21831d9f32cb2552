package io.millrace.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Dispatch;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private static final DeviceId DEVICE = new DeviceId("d");

    private final Sessions sessions = new Sessions(new SimpleMeterRegistry().counter("takeovers"));

    private static final class FakeSession implements DeviceSession {
        private final long epoch;
        private final List<CloseReason> ends = new ArrayList<>();

        FakeSession(long epoch) {
            this.epoch = epoch;
        }

        @Override
        public DeviceId deviceId() {
            return DEVICE;
        }

        @Override
        public long epoch() {
            return epoch;
        }

        @Override
        public void end(CloseReason reason) {
            ends.add(reason);
        }

        @Override
        public void deliver(Dispatch dispatch) {}

        @Override
        public void registryChanged() {}
    }

    private FakeSession opened(long epoch) {
        sessions.beginOpening(DEVICE);
        FakeSession session = new FakeSession(epoch);
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
        FakeSession old = new FakeSession(1);
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
        assertThat(sessions.concerns(DEVICE)).isFalse();
    }

    @Test
    void anotherGatewaysNewerSessionEndsOurs() {
        FakeSession ours = opened(5);
        sessions.openedElsewhere(DEVICE, 4);
        assertThat(ours.ends).isEmpty();
        sessions.openedElsewhere(DEVICE, 6);
        assertThat(ours.ends).containsExactly(CloseReason.TAKEN_OVER);
    }

    @Test
    void newsThatOvertakeOurOwnEpochAreNotForgotten() {
        sessions.beginOpening(DEVICE);
        sessions.openedElsewhere(DEVICE, 6);
        FakeSession ours = new FakeSession(5);
        sessions.opened(ours);
        assertThat(ours.ends).containsExactly(CloseReason.TAKEN_OVER);
    }

    @Test
    void aConnectThatCameToNothingLeavesNoTrace() {
        sessions.beginOpening(DEVICE);
        assertThat(sessions.concerns(DEVICE)).isTrue();
        var unused = sessions.notOpened(DEVICE);
        assertThat(sessions.concerns(DEVICE)).isFalse();
    }
}
