package io.millrace.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Dispatch;
import io.millrace.schemas.SessionState.Unfinished;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The conversation of QoS 2 towards a device, and what the session's next connection knows of it. */
class OutboxQos2Test {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final int OK = 0;
    private static final int NOT_FOUND = 0x92;
    private static final int NONE = -1;

    private final List<String> written = new ArrayList<>();
    private final List<String> outcomes = new ArrayList<>();

    private Outbox outbox(int receiveMaximum, Unfinished... earlier) {
        Outbox.Wire wire = new Outbox.Wire() {
            @Override
            public boolean write(Dispatch dispatch, int qos, int packetId) {
                return written.add(dispatch.commandId() + " qos " + qos + " id " + packetId);
            }

            @Override
            public boolean writeAgain(Dispatch dispatch, int qos, int packetId) {
                return written.add(dispatch.commandId() + " qos " + qos + " id " + packetId + " dup");
            }
        };
        return new Outbox(wire, new Told(), Clock.fixed(NOW, ZoneOffset.UTC), 7, receiveMaximum, List.of(earlier));
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

    private static Dispatch command(String id, int qos, int attempt) {
        return new Dispatch(
                id, new DeviceId("d"), 0, 7, attempt, new byte[0], Optional.empty(), qos, NOW.plusSeconds(60));
    }

    private static Dispatch command(String id) {
        return command(id, 2, 1);
    }

    @Test
    void theLowerOfSubscriptionAndCommandIsTheQos() {
        Outbox outbox = outbox(9);
        for (int subscribed = 0; subscribed <= 2; subscribed++) {
            for (int asked = 0; asked <= 2; asked++) {
                var unused = outbox.deliver(command(subscribed + "/" + asked, asked, 1), subscribed);
            }
        }
        assertThat(written)
                .containsExactly(
                        "0/0 qos 0 id 0",
                        "0/1 qos 0 id 0",
                        "0/2 qos 0 id 0",
                        "1/0 qos 0 id 0",
                        "1/1 qos 1 id 1",
                        "1/2 qos 1 id 2",
                        "2/0 qos 0 id 0",
                        "2/1 qos 1 id 3",
                        "2/2 qos 2 id 4");
    }

    @Test
    void pubrecMakesACommandDeliveredAndPubcompFreesItsId() {
        Outbox outbox = outbox(1);
        var unused = outbox.deliver(command("a"), 2);
        unused = outbox.deliver(command("b"), 2);
        assertThat(outbox.received(1, false, 2)).isEqualTo(OK);
        assertThat(outcomes).containsExactly("a#1 delivered");
        assertThat(written).containsExactly("a qos 2 id 1");
        outbox.completed(1, 2);
        assertThat(written).containsExactly("a qos 2 id 1", "b qos 2 id 2");
        assertThat(outcomes).containsExactly("a#1 delivered");
    }

    @Test
    void aRepeatedPubrecIsAnsweredAgainAndTellsNothingNew() {
        Outbox outbox = outbox(2);
        var unused = outbox.deliver(command("a"), 2);
        assertThat(outbox.received(1, false, 2)).isEqualTo(OK);
        assertThat(outbox.received(1, false, 2)).isEqualTo(OK);
        assertThat(outcomes).containsExactly("a#1 delivered");
    }

    @Test
    void answersToWhatWasNotSentSoAreNotFoundOrPassedOver() {
        Outbox outbox = outbox(9);
        var unused = outbox.deliver(command("one", 1, 1), 2);
        unused = outbox.deliver(command("two", 2, 1), 2);
        assertThat(outbox.received(9, false, 2)).isEqualTo(NOT_FOUND);
        assertThat(outbox.received(1, false, 2)).isEqualTo(NOT_FOUND);
        assertThat(outbox.received(9, true, 2)).isEqualTo(NONE);
        outbox.acknowledged(2, false, 2);
        outbox.completed(2, 2);
        outbox.completed(9, 2);
        assertThat(outcomes).isEmpty();
        outbox.acknowledged(1, false, 2);
        assertThat(outbox.received(2, false, 2)).isEqualTo(OK);
        assertThat(outcomes).containsExactly("one#1 delivered", "two#1 delivered");
    }

    @Test
    void aRefusingPubrecEndsItWithoutPubrel() {
        Outbox outbox = outbox(1);
        var unused = outbox.deliver(command("a"), 2);
        unused = outbox.deliver(command("b"), 2);
        assertThat(outbox.received(1, true, 2)).isEqualTo(NONE);
        assertThat(outcomes).containsExactly("a refused-by-device");
        assertThat(written).containsExactly("a qos 2 id 1", "b qos 2 id 2");
    }

    @Test
    void theNextConnectionLearnsWhatIsUnfinished() {
        Outbox outbox = outbox(9);
        var unused = outbox.deliver(command("a"), 2);
        unused = outbox.deliver(command("b"), 2);
        unused = outbox.deliver(command("c", 1, 1), 2);
        unused = outbox.deliver(command("d"), 2);
        assertThat(outbox.reserve()).contains(5);
        assertThat(outbox.received(1, false, 2)).isEqualTo(OK);
        assertThat(outbox.received(4, false, 2)).isEqualTo(OK);
        outbox.completed(4, 2);
        assertThat(outbox.close())
                .containsExactly(
                        new Unfinished(1, "a", 2, true),
                        new Unfinished(2, "b", 2, false),
                        new Unfinished(3, "c", 1, false));
        assertThat(outcomes).containsExactly("a#1 delivered", "d#1 delivered", "b session-lost", "c session-lost");
    }

    @Test
    void anAttemptAfterTheReconnectHasThePacketIdThatTheDeviceMayKnow() {
        Outbox outbox = outbox(9, new Unfinished(1, "a", 2, false), new Unfinished(3, "c", 1, false));
        var unused = outbox.deliver(command("new"), 2);
        unused = outbox.deliver(command("c", 1, 2), 2);
        unused = outbox.deliver(command("a", 2, 2), 1);
        assertThat(written).containsExactly("new qos 2 id 2", "c qos 1 id 3 dup", "a qos 2 id 1 dup");
        assertThat(outbox.received(1, false, 2)).isEqualTo(OK);
        outbox.acknowledged(3, false, 2);
        assertThat(outcomes).containsExactly("a#2 delivered", "c#2 delivered");
    }

    @Test
    void whatTheDeviceHadTakenIsReleasedAndNotWrittenAgain() {
        Outbox outbox = outbox(1, new Unfinished(4, "a", 2, true));
        assertThat(outbox.released()).containsExactly(4);
        var unused = outbox.deliver(command("b"), 2);
        assertThat(written).isEmpty();
        outbox.completed(4, 2);
        assertThat(written).containsExactly("b qos 2 id 1");
        assertThat(outbox.released()).isEmpty();
        outbox.completed(1, 2);
        assertThat(outbox.received(1, false, 2)).isEqualTo(OK);
        outbox.completed(1, 2);
        unused = outbox.deliver(command("a", 2, 3), 2);
        assertThat(outcomes).containsExactly("b#1 delivered", "a#3 delivered");
    }

    @Test
    void aLatePubrecForAnEarlierMessageIsItsAnswerToo() {
        Outbox outbox = outbox(9, new Unfinished(4, "a", 2, false));
        assertThat(outbox.received(4, false, 2)).isEqualTo(OK);
        outbox.completed(4, 2);
        var unused = outbox.deliver(command("a", 2, 2), 2);
        assertThat(written).isEmpty();
        assertThat(outcomes).containsExactly("a#2 delivered");
    }

    @Test
    void whatNeverCameAgainIsHandedOnButOnlySoMuchOfIt() {
        Unfinished waiting = new Unfinished(4, "a", 2, false);
        assertThat(outbox(9, waiting).close()).containsExactly(waiting);
        Outbox full = outbox(100);
        for (int i = 0; i < 100; i++) {
            var unused = full.deliver(command("c" + i), 2);
        }
        assertThat(full.close()).hasSize(64).last().isEqualTo(new Unfinished(100, "c99", 2, false));
    }
}
