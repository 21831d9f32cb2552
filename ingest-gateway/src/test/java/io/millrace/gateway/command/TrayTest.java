package io.millrace.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Dispatch;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrayTest {
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private static final DeviceId DEVICE = new DeviceId("d");
    private static final long EPOCH = 7;

    private final List<String> outcomes = new ArrayList<>();
    private Instant now = START;
    private final Tray tray = new Tray(new Told(), new Now(), DEVICE, 0, EPOCH);

    private final class Now extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("UTC only");
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private final class Told implements Outcomes {
        @Override
        public void delivered(Dispatch dispatch) {
            outcomes.add(dispatch.commandId() + "#" + dispatch.attempt() + " delivered");
        }

        @Override
        public void unconfirmed(Dispatch dispatch) {
            outcomes.add(dispatch.commandId() + "#" + dispatch.attempt() + " unconfirmed");
        }

        @Override
        public void undelivered(Dispatch dispatch, UndeliveredReason reason) {
            outcomes.add(dispatch.commandId() + " " + reason.text());
        }
    }

    private static Dispatch command(String id, long epoch, int attempt) {
        Instant expiresAt = START.plusSeconds(60);
        return new Dispatch(id, DEVICE, 0, epoch, attempt, new byte[0], Optional.empty(), 1, expiresAt);
    }

    private boolean deliver(String id) {
        return tray.deliver(command(id, EPOCH, 1));
    }

    private String given() {
        String id = tray.first().map(Dispatch::commandId).orElse("nothing");
        if (!id.equals("nothing")) {
            var unused = tray.give();
        }
        return id;
    }

    @Test
    void aCommandIsGivenUntilTheDeviceSaysThatItHasIt() {
        assertThat(deliver("a")).isTrue();
        assertThat(given()).isEqualTo("a");
        assertThat(given()).isEqualTo("a");
        assertThat(outcomes).isEmpty();
        tray.acknowledged("a");
        tray.acknowledged("a");
        assertThat(given()).isEqualTo("nothing");
        assertThat(outcomes).containsExactly("a#1 delivered");
    }

    @Test
    void oneComesAfterTheOther() {
        assertThat(deliver("a")).isTrue();
        assertThat(deliver("b")).isTrue();
        assertThat(given()).isEqualTo("a");
        tray.acknowledged("a");
        assertThat(given()).isEqualTo("b");
    }

    @Test
    void theSecondTimeIsKnownAsSuch() {
        assertThat(deliver("a")).isTrue();
        assertThat(tray.give()).isFalse();
        assertThat(tray.give()).isTrue();
        tray.acknowledged("a");
        assertThat(deliver("b")).isTrue();
        assertThat(tray.give()).isFalse();
    }

    @Test
    void aDispatchSeenTwiceIsOneCommandAndALaterAttemptTakesItsPlace() {
        assertThat(deliver("a")).isTrue();
        assertThat(deliver("b")).isTrue();
        assertThat(deliver("a")).isFalse();
        assertThat(given()).isEqualTo("a");
        assertThat(tray.deliver(command("a", EPOCH, 3))).isFalse();
        tray.acknowledged("a");
        assertThat(given()).isEqualTo("b");
        assertThat(outcomes).containsExactly("a#3 delivered");
    }

    @Test
    void aLaterAttemptAtWhatTheDeviceHasIsToldSoAndNotGiven() {
        assertThat(deliver("a")).isTrue();
        tray.acknowledged("a");
        assertThat(tray.deliver(command("a", EPOCH, 2))).isFalse();
        assertThat(given()).isEqualTo("nothing");
        assertThat(outcomes).containsExactly("a#1 delivered", "a#2 delivered");
    }

    /** The device woke up and says first what it had got before it slept; the dispatch for the new session comes later. */
    @Test
    void whatAnEarlierSessionGaveIsAcknowledgedHereAndNotGivenAgain() {
        tray.acknowledged("a");
        assertThat(tray.deliver(command("a", EPOCH, 2))).isFalse();
        assertThat(given()).isEqualTo("nothing");
        assertThat(outcomes).containsExactly("a#0 delivered", "a#2 delivered");
    }

    @Test
    void afterItsTimeItIsNotGivenAgain() {
        assertThat(deliver("a")).isTrue();
        assertThat(given()).isEqualTo("a");
        now = now.plus(Duration.ofSeconds(60));
        assertThat(given()).isEqualTo("nothing");
        assertThat(outcomes).containsExactly("a expired");
    }

    @Test
    void withQos0NobodyCanTell() {
        assertThat(deliver("a")).isTrue();
        assertThat(given()).isEqualTo("a");
        tray.unconfirmed("a");
        tray.acknowledged("a");
        assertThat(given()).isEqualTo("nothing");
        assertThat(outcomes).containsExactly("a#1 unconfirmed");
    }

    @Test
    void anAnswerAcknowledgesWhatItIsFor() {
        assertThat(deliver("a")).isTrue();
        assertThat(deliver("b")).isTrue();
        assertThat(given()).isEqualTo("a");
        assertThat(tray.answered(Optional.empty())).contains("a");
        assertThat(given()).isEqualTo("b");
        assertThat(tray.answered(Optional.of("b"))).contains("b");
        assertThat(tray.answered(Optional.empty())).isEmpty();
        assertThat(outcomes).containsExactly("a#1 delivered", "b#1 delivered");
    }

    @Test
    void anAnswerAfterTheAcknowledgementIsForThatCommand() {
        assertThat(deliver("a")).isTrue();
        assertThat(given()).isEqualTo("a");
        tray.acknowledged("a");
        assertThat(tray.answered(Optional.empty())).contains("a");
        assertThat(outcomes).containsExactly("a#1 delivered");
    }

    @Test
    void theEndOfTheSessionEndsWhatIsOpen() {
        assertThat(tray.deliver(command("old", EPOCH - 1, 1))).isTrue();
        assertThat(deliver("a")).isTrue();
        assertThat(deliver("b")).isTrue();
        assertThat(given()).isEqualTo("a");
        tray.close();
        tray.close();
        assertThat(outcomes).containsExactly("old session-gone", "a session-lost", "b session-gone");
    }

    @Test
    void whatNoPollHasSeenIsNotLost() {
        assertThat(deliver("a")).isTrue();
        tray.close();
        assertThat(outcomes).containsExactly("a session-gone");
    }
}
