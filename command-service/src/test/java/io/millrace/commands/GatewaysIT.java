package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.commands.FakeGateway.Session;
import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.Dispatch;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Gateways that start again, stop, fall silent, and take devices over from each other. Each test has a slot of its own. */
@Timeout(60)
class GatewaysIT {
    private static Fleet fleet;

    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start(Neighbours.get().newFleet().override("commands.dispatch-timeout", "2s"));
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void aGatewayThatStartsAgainHasLostItsSessionsAndTheirCommandsGoOut() throws Exception {
        FakeGateway gateway = fleet.gateway(0);
        String device = fleet.device("of-a-killed-gateway");
        gateway.openReady(device);
        fleet.awaitPresence(device, true, true);
        String id = fleet.send(device, "A");
        Dispatch first = gateway.nextDispatch(device);

        gateway.start();
        fleet.awaitPresence(device, false, false);
        fleet.awaitStatus(id, "queued");

        gateway.openReady(device);
        Dispatch again = gateway.nextDispatch(device);
        assertThat(again.attempt()).isEqualTo(2);
        assertThat(again.epoch()).isNotEqualTo(first.epoch());
        gateway.delivered(again);
        fleet.awaitStatus(id, "delivered");
    }

    @Test
    void aDeviceTakenOverIsSentItsCommandThereAndTheLateCloseSaysNothing() throws Exception {
        FakeGateway a = fleet.gateway(1);
        FakeGateway b = fleet.gateway(2);
        String device = fleet.device("mover");
        Session old = a.openReady(device);
        fleet.awaitPresence(device, true, true);
        String id = fleet.send(device, "A");
        Dispatch lost = a.nextDispatch(device);

        b.openReady(device);
        Dispatch again = b.nextDispatch(device);
        assertThat(again.commandId()).isEqualTo(id);
        a.undelivered(lost, UndeliveredReason.SESSION_LOST);
        a.close(old);
        b.delivered(again);
        fleet.awaitStatus(id, "delivered");
        fleet.awaitPresence(device, true, true);
        assertThat(fleet.call("GET", "/devices/" + device)
                        .json()
                        .at("/presence/gateway")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void aSilentGatewaysSessionsAreOverAndComeBackWithItsDevices() throws Exception {
        FakeGateway gateway = fleet.gateway(3);
        gateway.start();
        String device = fleet.device("of-a-silent-gateway");
        gateway.openReady(device);
        fleet.awaitPresence(device, true, true);
        fleet.awaitPresence(device, true, true);

        // Leases never get shorter, so a new incarnation with a short one takes the slot.
        gateway.startWithLease(500);
        gateway.open(device);
        fleet.awaitPresence(device, true, false);
        fleet.awaitPresence(device, false, false);

        gateway.heartbeat(60_000);
        gateway.openReady(device);
        fleet.awaitPresence(device, true, true);
        String id = fleet.send(device, "A");
        gateway.delivered(gateway.nextDispatch(device));
        fleet.awaitStatus(id, "delivered");
    }

    @Test
    void aStoppedGatewayIsNotDispatchedTo() throws Exception {
        FakeGateway gateway = fleet.gateway(2);
        gateway.start();
        String device = fleet.device("of-a-stopped-gateway");
        gateway.openReady(device);
        fleet.awaitPresence(device, true, true);
        gateway.stop();
        fleet.awaitPresence(device, false, false);
        assertThat(fleet.status(fleet.send(device, "A"))).isEqualTo("queued");

        gateway.start();
        gateway.openReady(device);
        assertThat(gateway.nextDispatch(device).attempt()).isEqualTo(1);
    }

    @Test
    void aDispatchOfWhichNothingIsHeardIsSentAgain() throws Exception {
        FakeGateway gateway = fleet.gateway(0);
        String device = fleet.device("lost-dispatch");
        gateway.openReady(device);
        fleet.awaitPresence(device, true, true);
        String id = fleet.send(device, "A");
        Dispatch first = gateway.nextDispatch(device);

        Dispatch again = gateway.nextDispatch(device);
        assertThat(again.attempt()).isEqualTo(first.attempt() + 1);
        gateway.delivered(first);
        fleet.awaitStatus(id, "delivered");
        await().during(Duration.ofSeconds(1)).until(() -> !gateway.hasDispatches(device));
    }
}
