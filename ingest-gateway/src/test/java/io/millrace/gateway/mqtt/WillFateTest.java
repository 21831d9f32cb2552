package io.millrace.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.gateway.session.Takeover;
import io.millrace.gateway.telemetry.UserProperties;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.util.List;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WillFateTest {
    private static long delay(long willDelay, CloseReason reason, @Nullable Takeover by, long expiry) {
        return WillFate.delaySeconds(new Will("t", new byte[0], UserProperties.NONE, 1, willDelay), reason, by, expiry);
    }

    @Test
    void theDelayEndsWithTheSessionAtTheLatest() {
        assertThat(delay(0, CloseReason.CONNECTION_LOST, null, 60)).isZero();
        assertThat(delay(30, CloseReason.CONNECTION_LOST, null, 60)).isEqualTo(30);
        assertThat(delay(90, CloseReason.KEEP_ALIVE_TIMEOUT, null, 60)).isEqualTo(60);
        assertThat(delay(90, CloseReason.NOT_AUTHORIZED, null, 0)).isZero();
        assertThat(delay(0xffff_ffffL, CloseReason.PROTOCOL_ERROR, null, 604_800))
                .isEqualTo(604_800);
    }

    @Test
    void whoeverSaysGoodbyeAndWhoeverTheGatewayLeavesHaveNone() {
        for (CloseReason reason :
                List.of(CloseReason.CLIENT_DISCONNECT, CloseReason.GATEWAY_STOPPING, CloseReason.LEASE_LOST)) {
            assertThat(delay(0, reason, null, 0)).isEqualTo(WillFate.NEVER);
            assertThat(delay(30, reason, null, 60)).isEqualTo(WillFate.NEVER);
        }
    }

    @Test
    void aTakeoverIsTheEndOfTheConnectionUnlessTheSessionGoesOnWithinTheDelay() {
        assertThat(delay(0, CloseReason.TAKEN_OVER, new Takeover(9, false, true), 60))
                .isZero();
        assertThat(delay(30, CloseReason.TAKEN_OVER, new Takeover(9, true, true), 60))
                .isZero();
        assertThat(delay(30, CloseReason.TAKEN_OVER, new Takeover(9, false, false), 60))
                .isEqualTo(WillFate.NEVER);
        assertThat(delay(30, CloseReason.TAKEN_OVER, new Takeover(9, false, true), 0))
                .isZero();
    }

    @Test
    void itWaitsForRoomWhateverItsQos() {
        assertThat(WillFate.isTriedAgain(new BufferExhaustedException("full"), 0))
                .isTrue();
        assertThat(WillFate.isTriedAgain(new RecordTooLargeException("large"), 0))
                .isFalse();
        assertThat(WillFate.isTriedAgain(new NotLeaderOrFollowerException("moved"), 1))
                .isTrue();
        assertThat(WillFate.isTriedAgain(null, 2)).isFalse();
    }
}
