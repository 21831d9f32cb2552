package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.commands.FakeGateway.Session;
import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.Dispatch;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
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
    void aGatewayHeardAgainHasItsSessionsBackAndWhatWaitsGoesOut() throws Exception {
        FakeGateway gateway = fleet.gateway(3);
        gateway.startWithLease(4_000);
        String asked = fleet.device("asked-before-the-silence");
        String deaf = fleet.device("deaf-before-the-silence");
        Session same = gateway.openReady(asked);
        gateway.open(deaf);
        fleet.awaitPresence(asked, true, true);
        String sent = fleet.send(asked, "A");
        Dispatch first = gateway.nextDispatch(asked);

        fleet.awaitPresence(asked, false, false);
        fleet.awaitPresence(deaf, false, false);
        fleet.awaitStatus(sent, "queued");
        gateway.forgetDispatches(asked);
        String waiting = fleet.send(asked, "B");

        gateway.heartbeat(60_000);
        fleet.awaitPresence(asked, true, true);
        fleet.awaitPresence(deaf, true, false);
        Dispatch again = gateway.nextDispatch(asked);
        assertThat(again.commandId()).isEqualTo(sent);
        assertThat(again.epoch()).isEqualTo(same.epoch());
        assertThat(again.attempt()).isGreaterThan(first.attempt());
        // The PUBACK of the first attempt, which lay with the gateway while it could not be heard.
        gateway.delivered(first);
        fleet.awaitStatus(sent, "delivered");
        Dispatch next = gateway.nextDispatch(asked);
        assertThat(next.commandId()).isEqualTo(waiting);
        gateway.delivered(next);
        fleet.awaitStatus(waiting, "delivered");
    }

    @Test
    void whatEndedOrChangedDuringTheSilenceStaysAsItBecame() {
        FakeGateway silent = fleet.gateway(3);
        FakeGateway other = fleet.gateway(0);
        silent.startWithLease(1_000);
        String gone = fleet.device("gone-in-silence");
        String moved = fleet.device("moved-in-silence");
        String deafened = fleet.device("deafened-in-silence");
        String subscribed = fleet.device("subscribed-in-silence");
        Session lost = silent.openReady(gone);
        silent.openReady(moved);
        Session deaf = silent.openReady(deafened);
        Session open = silent.open(subscribed);
        for (String device : List.of(gone, moved, deafened, subscribed)) {
            fleet.awaitLastCloseReason(device, "gateway-silent");
        }

        silent.close(lost);
        silent.unready(deaf);
        silent.ready(open);
        other.openReady(moved);
        fleet.awaitLastCloseReason(gone, "connection-lost");
        fleet.awaitPresence(moved, true, true);

        silent.heartbeat(60_000);
        fleet.awaitPresence(deafened, true, false);
        fleet.awaitPresence(subscribed, true, true);
        fleet.awaitPresence(gone, false, false);
        assertThat(fleet.call("GET", "/devices/" + moved)
                        .json()
                        .at("/presence/gateway")
                        .asInt())
                .isZero();
    }

    @Test
    void aCloseThatIsReadAfterTheGatewayWasHeardAgainEndsTheSession() {
        FakeGateway gateway = fleet.gateway(3);
        gateway.startWithLease(1_000);
        String device = fleet.device("closed-after-all");
        Session session = gateway.openReady(device);
        fleet.awaitLastCloseReason(device, "gateway-silent");

        gateway.heartbeat(60_000);
        fleet.awaitPresence(device, true, true);
        gateway.close(session);
        fleet.awaitPresence(device, false, false);
    }

    @Test
    void theSessionsOfASilentGatewayThatStartedAgainOrStoppedDoNotComeBack() {
        FakeGateway gateway = fleet.gateway(3);
        gateway.startWithLease(1_000);
        String device = fleet.device("of-an-incarnation-before");
        gateway.openReady(device);
        fleet.awaitLastCloseReason(device, "gateway-silent");
        gateway.start();
        String witness = fleet.device("of-the-incarnation-after");
        gateway.openReady(witness);
        fleet.awaitPresence(witness, true, true);
        fleet.awaitPresence(device, false, false);

        gateway.startWithLease(1_000);
        gateway.openReady(device);
        fleet.awaitLastCloseReason(device, "gateway-silent");
        gateway.stop();
        gateway.heartbeat(60_000);
        gateway.start();
        gateway.openReady(witness);
        fleet.awaitPresence(witness, true, true);
        fleet.awaitPresence(device, false, false);
    }

    @Test
    void aGatewayWhoseClockIsAheadLosesItsSessionsAllTheSame() {
        FakeGateway gateway = fleet.gateway(3);
        gateway.startWithLease(1_000);
        String device = fleet.device("of-a-gateway-ahead");
        gateway.openReady(device, Duration.ofHours(1));
        fleet.awaitLastCloseReason(device, "gateway-silent");
        fleet.awaitPresence(device, false, false);
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
