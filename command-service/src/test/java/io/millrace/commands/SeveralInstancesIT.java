package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.schemas.Dispatch;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two command services on one database and one Kafka: they share the work, and no command is sent twice. */
@Timeout(120)
class SeveralInstancesIT {
    private static final int DEVICES = 20;
    /** More than a sweep takes at a time. */
    private static final int BACKLOG = 3_500;

    private static final int COMMANDS_EACH = 10;

    private Fleet fleet;

    @BeforeEach
    void start() throws SQLException {
        fleet = Fleet.start();
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void twoInstancesSideBySideSendEachCommandOnceAndInOrder() throws Exception {
        CommandService second = fleet.addService();
        FakeGateway gateway = fleet.gateway(1);
        List<String> devices = new ArrayList<>();
        for (int d = 0; d < DEVICES; d++) {
            devices.add(fleet.device("device-" + d));
            var unused = gateway.openReady("device-" + d);
        }
        for (int c = 0; c < COMMANDS_EACH; c++) {
            for (String device : devices) {
                var unused = gateway.send(Fleet.byRule(device + "-" + c, device, "C" + c, Duration.ofMinutes(2))
                        .toRecord(fleet.topics()));
            }
        }
        for (int c = 0; c < COMMANDS_EACH; c++) {
            for (String device : devices) {
                Dispatch dispatch = gateway.nextDispatch(device);
                assertThat(dispatch.commandId()).isEqualTo(device + "-" + c);
                gateway.delivered(dispatch);
            }
            if (c == COMMANDS_EACH / 2) {
                fleet.stop(second);
            }
        }

        devices.forEach(device -> fleet.awaitStatus(device + "-" + (COMMANDS_EACH - 1), "delivered"));
        assertThat(gateway.allDispatches()).hasSize(DEVICES * COMMANDS_EACH).allMatch(d -> d.attempt() == 1);
        assertThat(gateway.allDispatches().stream().map(Dispatch::commandId).collect(Collectors.toSet()))
                .hasSize(DEVICES * COMMANDS_EACH);
        assertThat(fleet.count("commands.transitions", "status", "delivered")).isEqualTo(DEVICES * COMMANDS_EACH);
        assertThat(fleet.count("commands.transitions", "status", "queued")
                        + fleet.count("commands.transitions", "status", "sent"))
                .isGreaterThanOrEqualTo(DEVICES * COMMANDS_EACH);
    }

    @Test
    void twoSweepersEndABacklogEachCommandOnce() {
        CommandService second = fleet.addService();
        FakeGateway gateway = fleet.gateway(3);
        String device = fleet.device("backlog");
        Instant deadline = Instant.now().plusSeconds(12);
        for (int c = 0; c < BACKLOG; c++) {
            Duration left = Duration.between(Instant.now(), deadline);
            var unused =
                    gateway.send(Fleet.byRule("backlog-" + c, device, "A", left).toRecord(fleet.topics()));
        }
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(fleet.count("commands.transitions", "status", "expired"))
                        .isEqualTo(BACKLOG));
        fleet.awaitStatus("backlog-" + (BACKLOG - 1), "expired");
        assertThat(fleet.timeline("backlog-0")).endsWith("expired").doesNotHaveDuplicates();
        fleet.stop(second);
    }

    @Test
    void afterARestartNothingIsLostAndNothingIsSentTwice() throws Exception {
        FakeGateway gateway = fleet.gateway(0);
        String device = fleet.device("restarted");
        gateway.openReady(device);
        fleet.awaitPresence(device, true, true);
        String sent = fleet.send(device, "ONE");
        Dispatch first = gateway.nextDispatch(device);
        String waiting = fleet.send(device, "TWO");
        fleet.awaitStatus(waiting, "queued");

        fleet.stop(fleet.service());
        gateway.delivered(first);
        var unused = gateway.send(Fleet.byRule("while-away", device, "THREE", Duration.ofMinutes(1))
                .toRecord(fleet.topics()));
        fleet.addService();

        fleet.awaitStatus(sent, "delivered");
        Dispatch next = gateway.nextDispatch(device);
        assertThat(next.commandId()).isEqualTo(waiting);
        gateway.delivered(next);
        gateway.delivered(gateway.nextDispatch(device));
        fleet.awaitStatus("while-away", "delivered");
        assertThat(gateway.allDispatches()).hasSize(3);
    }

    @Test
    void theServiceIsThereForTheNextCommandOnceAnotherInstanceHasGone() throws Exception {
        CommandService second = fleet.addService();
        FakeGateway gateway = fleet.gateway(2);
        String device = fleet.device("survivor");
        gateway.openReady(device);
        fleet.awaitPresence(device, true, true);
        fleet.stop(second);

        String id = fleet.send(device, "A");
        gateway.delivered(gateway.nextDispatch(device));
        fleet.awaitStatus(id, "delivered");
        await().untilAsserted(() -> assertThat(fleet.timeline(id)).containsExactly("queued", "sent", "delivered"));
    }
}
