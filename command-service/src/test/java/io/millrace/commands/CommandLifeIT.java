package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.Dispatch;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A command's way from a rule or a person to the device and back, with a gateway that only Kafka sees. */
@Timeout(60)
class CommandLifeIT {
    private static Fleet fleet;
    private static FakeGateway gateway;

    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start();
        gateway = fleet.gateway(0);
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void aRulesCommandReachesAReadyDeviceAndItsStatusIsNeverAhead() throws Exception {
        String device = fleet.device("straight");
        gateway.openReady(device);
        fleet.awaitPresence(device, true, true);

        rule("straight-1", device, "FAN_ON");
        Dispatch dispatch = gateway.nextDispatch(device);
        assertThat(dispatch.commandId()).isEqualTo("straight-1");
        assertThat(new String(dispatch.payload(), StandardCharsets.UTF_8)).isEqualTo("FAN_ON");
        assertThat(dispatch.attempt()).isEqualTo(1);
        assertThat(fleet.status("straight-1")).isEqualTo("sent");

        gateway.delivered(dispatch);
        fleet.awaitStatus("straight-1", "delivered");
        gateway.responded(device, Optional.of("straight-1"), CommandStatus.SUCCEEDED);
        fleet.awaitStatus("straight-1", "succeeded");

        assertThat(fleet.timeline("straight-1")).containsExactly("queued", "sent", "delivered", "responded");
        var command = fleet.command("straight-1");
        var delivered = command.at("/timeline/2");
        assertThat(delivered.get("gateway").asInt()).isZero();
        assertThat(delivered.get("session").asLong()).isEqualTo(dispatch.epoch());
        assertThat(delivered.get("attempt").asInt()).isEqualTo(1);
        assertThat(Instant.parse(delivered.get("at").asText()))
                .isAfterOrEqualTo(Instant.parse(command.get("createdAt").asText()));
        assertThat(command.at("/cause/revision").asText()).isEqualTo("r1");
        assertThat(command.at("/cause/rule").asText()).isEqualTo("climate/fan");
        assertThat(command.at("/cause/record").asText()).isEqualTo("telemetry/0/7");
        assertThat(command.at("/result/0").asText()).isEqualTo("ok");
    }

    @Test
    void commandsForASleepingDeviceWaitAndGoOneByOneInOrder() throws Exception {
        String device = fleet.device("sleeper");
        String first = fleet.send(device, "ONE");
        String second = fleet.send(device, "TWO");
        String third = fleet.send(device, "THREE");
        assertThat(fleet.status(first)).isEqualTo("queued");

        var session = gateway.open(device);
        fleet.awaitPresence(device, true, false);
        assertThat(fleet.status(first)).isEqualTo("queued");
        gateway.ready(session);

        for (String id : new String[] {first, second, third}) {
            Dispatch dispatch = gateway.nextDispatch(device);
            assertThat(dispatch.commandId()).isEqualTo(id);
            assertThat(gateway.hasDispatches(device)).isFalse();
            gateway.delivered(dispatch);
            fleet.awaitStatus(id, "delivered");
        }
    }

    @Test
    void aCommandWhoseSessionBreaksIsSentAgainInTheNextOne() throws Exception {
        String device = fleet.device("breaker");
        var session = gateway.openReady(device);
        fleet.awaitPresence(device, true, true);
        String id = fleet.send(device, "LED_ON");
        Dispatch lost = gateway.nextDispatch(device);

        gateway.undelivered(lost, UndeliveredReason.SESSION_LOST);
        fleet.awaitStatus(id, "queued");
        gateway.close(session);
        fleet.awaitPresence(device, false, false);

        gateway.openReady(device);
        Dispatch again = gateway.nextDispatch(device);
        assertThat(again.commandId()).isEqualTo(id);
        assertThat(again.attempt()).isEqualTo(2);
        assertThat(again.epoch()).isGreaterThan(lost.epoch());
        gateway.delivered(again);
        fleet.awaitStatus(id, "delivered");
        assertThat(fleet.timeline(id)).containsExactly("queued", "sent", "undelivered", "sent", "delivered");
    }

    @Test
    void aLatePubackIsTheTruthAndNothingIsSentTwice() throws Exception {
        String device = fleet.device("late");
        var session = gateway.openReady(device);
        fleet.awaitPresence(device, true, true);
        String id = fleet.send(device, "LED_ON");
        Dispatch dispatch = gateway.nextDispatch(device);
        gateway.close(session);
        fleet.awaitStatus(id, "queued");

        gateway.delivered(dispatch);
        fleet.awaitStatus(id, "delivered");
        gateway.openReady(device);
        fleet.awaitPresence(device, true, true);
        String next = fleet.send(device, "LED_OFF");
        assertThat(gateway.nextDispatch(device).commandId()).isEqualTo(next);
        assertThat(fleet.command(id).at("/timeline/3/reason").asText()).isEqualTo("late");
    }

    @Test
    void aDeviceThatAnswersBeforeItsPubackHasSucceeded() throws Exception {
        String device = fleet.device("esp-mqtt");
        gateway.openReady(device);
        fleet.awaitPresence(device, true, true);
        String id = fleet.send(device, "LED_ON");
        Dispatch dispatch = gateway.nextDispatch(device);

        gateway.responded(device, Optional.empty(), CommandStatus.FAILED);
        gateway.delivered(dispatch);
        fleet.awaitStatus(id, "failed");
        await().untilAsserted(
                        () -> assertThat(fleet.command(id).has("deliveredAt")).isTrue());
        assertThat(fleet.status(id)).isEqualTo("failed");
    }

    @Test
    void refusedUnconfirmedAndTooLargeCommandsEndAsSuch() throws Exception {
        String device = fleet.device("ends");
        gateway.openReady(device);
        fleet.awaitPresence(device, true, true);
        String refused = fleet.send(device, "A");
        String tooLarge = fleet.send(device, "B");
        String unconfirmed = fleet.send(device, "C");

        gateway.undelivered(gateway.nextDispatch(device), UndeliveredReason.REFUSED_BY_DEVICE);
        gateway.undelivered(gateway.nextDispatch(device), UndeliveredReason.TOO_LARGE);
        gateway.unconfirmed(gateway.nextDispatch(device));

        fleet.awaitStatus(refused, "failed");
        fleet.awaitStatus(tooLarge, "rejected");
        fleet.awaitStatus(unconfirmed, "unconfirmed");
        assertThat(fleet.command(tooLarge).get("reason").asText()).isEqualTo("too-large");
        assertThat(fleet.command(unconfirmed).get("reason").asText()).isEqualTo("qos-0");
        assertThat(fleet.call("DELETE", "/commands/" + unconfirmed)
                        .json()
                        .get("code")
                        .asText())
                .isEqualTo("not-queued");
    }

    @Test
    void notSubscribedStopsDispatchingUntilReady() throws Exception {
        String device = fleet.device("unsubscribed");
        var session = gateway.openReady(device);
        fleet.awaitPresence(device, true, true);
        String id = fleet.send(device, "A");
        gateway.undelivered(gateway.nextDispatch(device), UndeliveredReason.NOT_SUBSCRIBED);
        fleet.awaitStatus(id, "queued");
        fleet.awaitPresence(device, true, false);

        gateway.ready(session);
        Dispatch again = gateway.nextDispatch(device);
        assertThat(again.attempt()).isEqualTo(2);
        gateway.delivered(again);
        fleet.awaitStatus(id, "delivered");
    }

    @Test
    void aQueuedCommandExpiresAndIsNeverWrittenAfterwards() throws Exception {
        String device = fleet.device("expiring");
        rule(Fleet.byRule("expiring-1", device, "A", Duration.ofMillis(300)));
        fleet.awaitStatus("expiring-1", "expired");
        rule(Fleet.byRule("expiring-2", device, "B", Duration.ofSeconds(-1)));
        fleet.awaitStatus("expiring-2", "expired");
        rule(Fleet.byRule("expiring-3", device, "C", Duration.ofMinutes(1)));

        gateway.openReady(device);
        assertThat(gateway.nextDispatch(device).commandId()).isEqualTo("expiring-3");
    }

    @Test
    void aRequestThatComesTwiceIsOneCommand() throws Exception {
        String device = fleet.device("twice");
        gateway.openReady(device);
        fleet.awaitPresence(device, true, true);
        CommandRequest request = Fleet.byRule("twice-1", device, "A", Duration.ofMinutes(1));
        rule(request);
        rule(request);
        Dispatch dispatch = gateway.nextDispatch(device);
        gateway.delivered(dispatch);
        fleet.awaitStatus("twice-1", "delivered");
        rule(request);
        rule("twice-2", device, "B");
        assertThat(gateway.nextDispatch(device).commandId()).isEqualTo("twice-2");
        assertThat(gateway.allDispatches())
                .filteredOn(d -> d.commandId().equals("twice-1"))
                .hasSize(1);
    }

    @Test
    void aDeviceThatSendsWhatPostgresCannotStoreStopsNobody() throws Exception {
        gateway.open("nul-client", "client\0id");
        String device = fleet.device("nul-answer");
        gateway.openReady(device);
        fleet.awaitPresence(device, true, true);
        String id = fleet.send(device, "A");
        Dispatch dispatch = gateway.nextDispatch(device);

        gateway.responded(device, Optional.of(id), CommandStatus.SUCCEEDED, "nul \0");
        gateway.responded(device, Optional.of(id), CommandStatus.SUCCEEDED, "half a pair \ud800");
        gateway.delivered(dispatch);
        fleet.awaitStatus(id, "delivered");
        gateway.responded(device, Optional.of(id), CommandStatus.FAILED, "too hot");
        fleet.awaitStatus(id, "failed");
        assertThat(fleet.command(id).get("reason").asText()).isEqualTo("too hot");
        assertThat(fleet.count("intake.refused", "intake", "sessions")).isEqualTo(1);
        assertThat(fleet.count("intake.refused", "intake", "reports")).isEqualTo(2);
    }

    @Test
    void commandsForUnknownAndDisabledDevicesAreRejected() {
        rule("unknown-1", "nobody-knows-it", "A");
        fleet.awaitStatus("unknown-1", "rejected");
        assertThat(fleet.command("unknown-1").get("reason").asText()).isEqualTo("unknown-device");

        String device = fleet.device("disabled");
        String waiting = fleet.send(device, "A");
        assertThat(fleet.call("PATCH", "/devices/disabled", "{\"enabled\":false}")
                        .status())
                .isEqualTo(200);
        fleet.awaitStatus(waiting, "rejected");
        rule("disabled-1", device, "A");
        fleet.awaitStatus("disabled-1", "rejected");
        assertThat(fleet.command("disabled-1").get("reason").asText()).isEqualTo("device-disabled");
    }

    @Test
    void aDeviceThatOnlyConnectedGetsCommandsAndIsListedAsUnregistered() throws Exception {
        gateway.openReady("anonymous-1");
        fleet.awaitPresence("anonymous-1", true, true);
        rule("anonymous-cmd", "anonymous-1", "LED_ON");
        gateway.delivered(gateway.nextDispatch("anonymous-1"));
        fleet.awaitStatus("anonymous-cmd", "delivered");
        assertThat(fleet.call("GET", "/devices/anonymous-1")
                        .json()
                        .get("registered")
                        .asBoolean())
                .isFalse();
    }

    private static void rule(String id, String device, String payload) {
        rule(Fleet.byRule(id, device, payload, Duration.ofMinutes(1)));
    }

    private static void rule(CommandRequest request) {
        var unused = gateway.send(request.toRecord(fleet.topics()));
    }
}
