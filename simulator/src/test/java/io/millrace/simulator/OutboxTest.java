package io.millrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final SplittableRandom random = new SplittableRandom(5);
    private final List<Integer> forgotten = new ArrayList<>();
    private final Outbox outbox = new Outbox(EspTimings.DEFAULT, 0, forgotten::add);

    @Test
    void onlyTheOldestMessageIsSentAgainAndOnlyOnceASecond() {
        Outbox.Message first = sent(0);
        Outbox.Message second = sent(SECOND / 2);
        assertThat(outbox.nextDue(-1)).isEqualTo(SECOND);
        assertThat(outbox.resend(SECOND - 1)).isEmpty();
        assertThat(outbox.resend(SECOND)).contains(first);
        assertThat(outbox.resend(SECOND + SECOND / 2)).isEmpty();
        assertThat(outbox.nextDue(-1)).isEqualTo(2 * SECOND);
        assertThat(outbox.acknowledge(first.packetId)).contains(first);
        assertThat(outbox.resend(2 * SECOND)).contains(second);
    }

    @Test
    void messageIsForgottenAfterThirtySecondsHoweverOftenItWasSent() {
        Outbox.Message message = sent(0);
        assertThat(outbox.resend(29 * SECOND)).contains(message);
        assertThat(outbox.forget(30 * SECOND - 1)).isZero();
        assertThat(outbox.nextDue(-1)).isEqualTo(30 * SECOND);
        assertThat(outbox.forget(30 * SECOND)).isEqualTo(1);
        assertThat(forgotten).containsExactly(1);
        assertThat(outbox.nextDue(-1)).isEqualTo(-1);
        assertThat(outbox.acknowledge(message.packetId)).isEmpty();
    }

    @Test
    void messageThatTheServerHasReceivedIsNotSentAgainButStaysUntilItIsComplete() {
        Outbox.Message message = sent(0);
        outbox.received(message.packetId);
        assertThat(outbox.resend(5 * SECOND)).isEmpty();
        assertThat(outbox.acknowledge(message.packetId)).contains(message);
    }

    @Test
    void messagesPublishedWithoutAConnectionWaitInTheirOrder() {
        Outbox.Message first = outbox.add(DeviceTopic.TELEMETRY, new byte[0], ++readings, 0, random);
        Outbox.Message second = outbox.add(DeviceTopic.TELEMETRY, new byte[0], ++readings, 1, random);
        assertThat(outbox.resend(5 * SECOND)).isEmpty();
        assertThat(outbox.unsent()).contains(first);
        first.sent(5 * SECOND);
        assertThat(outbox.unsent()).contains(second);
        second.sent(5 * SECOND);
        assertThat(outbox.unsent()).isEmpty();
    }

    @Test
    void packetIdsDoNotRepeatWhileInUseAndTheBoardsMemoryIsFinite() {
        for (int i = 0; i < Outbox.MAX_MESSAGES; i++) {
            assertThat(outbox.isFull()).isFalse();
            assertThat(sent(i).packetId).isBetween(1, 65_535);
        }
        assertThat(outbox.isFull()).isTrue();
        assertThat(outbox.forget(31 * SECOND)).isEqualTo(Outbox.MAX_MESSAGES);
        assertThat(outbox.isFull()).isFalse();
    }

    @Test
    void acknowledgementsMayComeInAnyOrder() {
        Outbox.Message first = sent(0);
        Outbox.Message middle = sent(1);
        Outbox.Message last = sent(2);
        assertThat(outbox.acknowledge(last.packetId)).contains(last);
        assertThat(outbox.acknowledge(middle.packetId)).contains(middle);
        Outbox.Message next = sent(3);
        assertThat(outbox.acknowledge(first.packetId)).contains(first);
        assertThat(outbox.acknowledge(next.packetId)).contains(next);
        assertThat(outbox.acknowledge(next.packetId)).isEmpty();
    }

    private int readings;

    private Outbox.Message sent(long now) {
        Outbox.Message message = outbox.add(DeviceTopic.TELEMETRY, new byte[0], ++readings, now, random);
        message.sent(now);
        return message;
    }
}
