package io.millrace.commands.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.commands.store.GatewayStore.Sign;
import io.millrace.commands.store.SessionStore.Change;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.SessionEvent;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SessionFoldTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:04:00Z");
    private static final DeviceId DEVICE = new DeviceId("esp32-01");
    private final SessionFold fold = new SessionFold(NOW);

    @Test
    void openedAndReadyInOneBatchIsAReadySession() {
        fold.add(opened(1), 100);
        fold.add(new SessionEvent.Ready(DEVICE, 1, 7, 100, NOW.plusSeconds(1), 0), 101);

        Change session = session();
        assertThat(session.epoch()).isEqualTo(100);
        assertThat(session.connected()).isTrue();
        assertThat(session.ready()).isTrue();
        assertThat(session.qos()).isZero();
        assertThat(session.protocol()).contains("mqtt-3.1.1");
        assertThat(session.connectedSince()).isEqualTo(NOW);
    }

    @Test
    void theCloseOfAnEarlierSessionSaysNothingOfTheNewOne() {
        fold.add(opened(1), 100);
        fold.add(opened(2), 120);
        fold.add(closed(100), 121);

        assertThat(session().epoch()).isEqualTo(120);
        assertThat(session().connected()).isTrue();
        assertThat(session().slot()).isEqualTo(2);
    }

    @Test
    void whatIsClosedStaysClosed() {
        fold.add(opened(1), 100);
        fold.add(closed(100), 101);
        fold.add(new SessionEvent.Ready(DEVICE, 1, 7, 100, NOW, 1), 102);

        assertThat(session().connected()).isFalse();
        assertThat(session().ready()).isFalse();
        assertThat(session().closeReason()).contains("connection-lost");
    }

    @Test
    void aReadyWhoseOpeningWasCompactedAwayIsASession() {
        fold.add(new SessionEvent.Ready(DEVICE, 1, 7, 100, NOW, 1), 150);

        assertThat(session().connected()).isTrue();
        assertThat(session().ready()).isTrue();
        assertThat(session().clientId()).isEmpty();
    }

    @Test
    void unsubscribingLeavesItConnected() {
        fold.add(opened(1), 100);
        fold.add(new SessionEvent.Ready(DEVICE, 1, 7, 100, NOW, 1), 101);
        fold.add(new SessionEvent.Unready(DEVICE, 1, 7, 100, NOW), 102);

        assertThat(session().connected()).isTrue();
        assertThat(session().ready()).isFalse();
        assertThat(session().readyChanged()).isPresent();
    }

    @Test
    void aHeartbeatRenewsTheLeaseFromWhenItWasSaid() {
        fold.add(new SessionEvent.GatewayStarted(3, NOW.minusSeconds(60)), 7);
        fold.add(new SessionEvent.GatewayHeartbeat(3, 7, NOW.minusSeconds(40), 15_000, 42), 8);

        assertThat(sign()).isEqualTo(new Sign(3, 7, NOW.minusSeconds(25), false, 42));
    }

    @Test
    void aClockAheadOfOursProlongsNoLease() {
        fold.add(new SessionEvent.GatewayHeartbeat(3, 7, NOW.plusSeconds(3600), 15_000, 1), 8);

        assertThat(sign().leaseUntil()).isEqualTo(NOW.plusSeconds(15));
    }

    @Test
    void theLastWordOfAnIncarnationIsThatItStopped() {
        fold.add(new SessionEvent.GatewayHeartbeat(3, 7, NOW, 15_000, 1), 8);
        fold.add(new SessionEvent.GatewayStopped(3, 7, NOW), 9);
        fold.add(new SessionEvent.GatewayHeartbeat(3, 7, NOW, 15_000, 1), 10);
        assertThat(sign().stopped()).isTrue();

        fold.add(new SessionEvent.GatewayStarted(3, NOW), 11);
        assertThat(sign().stopped()).isFalse();
        assertThat(sign().incarnation()).isEqualTo(11);
    }

    @Test
    void whatAGatewayDoesForADeviceTellsItsIncarnationButProlongsNothing() {
        fold.add(new SessionEvent.GatewayHeartbeat(1, 7, NOW, 1_000, 1), 8);
        fold.add(opened(1), 100);

        assertThat(sign()).isEqualTo(new Sign(1, 7, NOW.plusSeconds(1), false, 1));
    }

    private static SessionEvent opened(int slot) {
        return new SessionEvent.Opened(DEVICE, slot, 7, NOW, "client", "mqtt-3.1.1", "127.0.0.1", true);
    }

    private static SessionEvent closed(long epoch) {
        return new SessionEvent.Closed(DEVICE, 1, 7, epoch, NOW, CloseReason.CONNECTION_LOST);
    }

    private Change session() {
        assertThat(fold.sessions()).hasSize(1);
        return fold.sessions().iterator().next();
    }

    private Sign sign() {
        assertThat(fold.gateways()).hasSize(1);
        return fold.gateways().iterator().next();
    }
}
