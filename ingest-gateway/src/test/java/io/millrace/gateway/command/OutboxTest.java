package io.millrace.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Dispatch;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final long EPOCH = 7;

    private final List<String> written = new ArrayList<>();
    private final List<String> outcomes = new ArrayList<>();
    private boolean fits = true;
    private Instant now = NOW;
    private final Outbox outbox = new Outbox(this::write, new Told(), new Hand(), EPOCH, 2);

    private boolean write(Dispatch dispatch, int qos, int packetId) {
        if (fits) {
            written.add(dispatch.commandId() + " qos " + qos + " id " + packetId);
        }
        return fits;
    }

    /** A clock that the test sets. */
    private final class Hand extends Clock {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private final class Told implements Outcomes {
        @Override
        public void delivered(Dispatch dispatch) {
            outcomes.add(dispatch.commandId() + "#" + dispatch.attempt() + " delivered");
        }

        @Override
        public void unconfirmed(Dispatch dispatch) {
            outcomes.add(dispatch.commandId() + " unconfirmed");
        }

        @Override
        public void undelivered(Dispatch dispatch, UndeliveredReason reason) {
            outcomes.add(dispatch.commandId() + " " + reason.text());
        }
    }

    private static Dispatch command(String id, long epoch, int attempt, Instant expiresAt) {
        return new Dispatch(id, new DeviceId("d"), 0, epoch, attempt, new byte[0], Optional.empty(), 1, expiresAt);
    }

    private static Dispatch attempt(String id, int attempt) {
        return command(id, EPOCH, attempt, NOW.plusSeconds(60));
    }

    private static Dispatch command(String id) {
        return command(id, EPOCH, 1, NOW.plusSeconds(60));
    }

    @Test
    void onlyTheDevicesAcknowledgementMakesACommandDelivered() {
        assertThat(outbox.deliver(command("a"), 1)).isTrue();
        assertThat(written).containsExactly("a qos 1 id 1");
        assertThat(outcomes).isEmpty();
        outbox.acknowledged(1, false, 1);
        outbox.acknowledged(1, false, 1);
        assertThat(outcomes).containsExactly("a#1 delivered");
    }

    @Test
    void aCommandSeenTwiceIsWrittenOnce() {
        assertThat(outbox.deliver(command("a"), 1)).isTrue();
        assertThat(outbox.deliver(command("a"), 1)).isFalse();
        assertThat(written).containsExactly("a qos 1 id 1");
    }

    @Test
    void aLaterAttemptAtWhatTheDeviceHasNotAcknowledgedIsNotWrittenAgainAndTakesItsAnswer() {
        assertThat(outbox.deliver(command("a"), 1)).isTrue();
        assertThat(outbox.deliver(attempt("a", 3), 1)).isFalse();
        assertThat(outbox.deliver(attempt("a", 2), 1)).isFalse();
        assertThat(written).containsExactly("a qos 1 id 1");
        outbox.acknowledged(1, false, 1);
        assertThat(outcomes).containsExactly("a#3 delivered");
    }

    @Test
    void aLaterAttemptAtWhatTheDeviceHasAnsweredIsToldTheSameAnswer() {
        var unused = outbox.deliver(command("a"), 1);
        outbox.acknowledged(1, false, 1);
        unused = outbox.deliver(command("b"), 1);
        outbox.acknowledged(2, true, 1);
        unused = outbox.deliver(command("c"), 0);
        assertThat(outbox.deliver(attempt("a", 2), 1)).isFalse();
        assertThat(outbox.deliver(attempt("b", 2), 1)).isFalse();
        assertThat(outbox.deliver(attempt("c", 2), 1)).isFalse();
        assertThat(written).hasSize(3);
        assertThat(outcomes)
                .containsExactly(
                        "a#1 delivered",
                        "b refused-by-device",
                        "c unconfirmed",
                        "a#2 delivered",
                        "b refused-by-device",
                        "c unconfirmed");
    }

    @Test
    void aLaterAttemptAtWhatWasNotWrittenIsWritten() {
        var unused = outbox.deliver(command("a"), -1);
        assertThat(outbox.deliver(attempt("a", 2), 1)).isTrue();
        assertThat(written).containsExactly("a qos 1 id 1");
        outbox.acknowledged(1, false, 1);
        assertThat(outcomes).containsExactly("a not-subscribed", "a#2 delivered");
    }

    @Test
    void aLaterAttemptAtWhatStillWaitsTakesItsPlace() {
        var unused = outbox.deliver(command("a"), 1);
        unused = outbox.deliver(command("b"), 1);
        unused = outbox.deliver(command("c"), 1);
        assertThat(outbox.deliver(attempt("c", 2), 1)).isFalse();
        outbox.acknowledged(1, false, 1);
        outbox.acknowledged(2, false, 1);
        outbox.acknowledged(3, false, 1);
        assertThat(written).hasSize(3);
        assertThat(outcomes).containsExactly("a#1 delivered", "b#1 delivered", "c#2 delivered");
    }

    @Test
    void whatCannotBeWrittenSaysWhy() {
        var unused = outbox.deliver(command("old", EPOCH - 1, 1, NOW.plusSeconds(60)), 1);
        unused = outbox.deliver(command("late", EPOCH, 1, NOW), 1);
        unused = outbox.deliver(command("deaf"), -1);
        fits = false;
        unused = outbox.deliver(command("big"), 1);
        assertThat(written).isEmpty();
        assertThat(outcomes)
                .containsExactly("old session-gone", "late expired", "deaf not-subscribed", "big too-large");
    }

    @Test
    void withQos0NobodyCanTell() {
        var unused = outbox.deliver(command("a"), 0);
        assertThat(written).containsExactly("a qos 0 id 0");
        assertThat(outcomes).containsExactly("a unconfirmed");
    }

    @Test
    void aDeviceMayRefuse() {
        var unused = outbox.deliver(command("a"), 1);
        outbox.acknowledged(1, true, 1);
        assertThat(outcomes).containsExactly("a refused-by-device");
    }

    @Test
    void moreThanTheDeviceTakesWait() {
        var unused = outbox.deliver(command("a"), 1);
        unused = outbox.deliver(command("b"), 1);
        unused = outbox.deliver(command("c"), 1);
        assertThat(written).hasSize(2);
        outbox.acknowledged(2, false, 1);
        assertThat(written).last().isEqualTo("c qos 1 id 3");
    }

    @Test
    void whatExpiresWhileItWaitsIsNotWritten() {
        var unused = outbox.deliver(command("a"), 1);
        unused = outbox.deliver(command("b"), 1);
        unused = outbox.deliver(command("brief", EPOCH, 1, NOW.plusSeconds(5)), 1);
        unused = outbox.deliver(command("long"), 1);
        now = NOW.plusSeconds(5);
        outbox.acknowledged(1, false, 1);
        assertThat(written).last().isEqualTo("long qos 1 id 3");
        assertThat(outcomes).containsExactly("a#1 delivered", "brief expired");
    }

    @Test
    void theEndOfTheSessionEndsWhatIsOpen() {
        var unused = outbox.deliver(command("a"), 1);
        unused = outbox.deliver(command("b"), 1);
        unused = outbox.deliver(command("c"), 1);
        assertThat(outbox.close()).hasSize(2);
        assertThat(outbox.close()).isEmpty();
        assertThat(outcomes).containsExactly("a session-lost", "b session-lost", "c session-gone");
    }

    @Test
    void configurationSharesThePacketIdsAndEndsInNoEvent() {
        assertThat(outbox.reserve()).contains(1);
        var unused = outbox.deliver(command("a"), 1);
        assertThat(written).containsExactly("a qos 1 id 2");
        outbox.acknowledged(1, false, 1);
        assertThat(outcomes).isEmpty();
    }
}
