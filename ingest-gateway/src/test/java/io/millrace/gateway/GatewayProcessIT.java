package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.embedded.ChildProcess;
import io.millrace.schemas.CommandEvent;
import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionEvent;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway's process stands still, or dies. */
@Timeout(120)
class GatewayProcessIT {
    /** Tries until the gateway has read of the device. */
    private static RawClient connected(int port, String device) throws Exception {
        for (int attempt = 0; attempt < 100; attempt++) {
            RawClient client = new RawClient(port);
            client.send(RawClient.connect(device, device, "pw-" + device));
            if (client.next().equals("20 00 00")) {
                return client;
            }
            client.close();
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new AssertionError(device + " is not let in");
    }

    /** The epoch of the session, once it takes commands. */
    private static long subscribed(GatewayRig rig, Tail sessions, RawClient client, String device) throws Exception {
        client.send(RawClient.subscribe("devices/" + device + "/commands", 1));
        assertThat(client.next()).isEqualTo("90 00 01 01");
        return rig.awaitReady(sessions, device).epoch();
    }

    /** Row 6 of what must hold: what was sent to it meanwhile is not delivered. */
    @Test
    void stoppedBeyondItsLeaseItClosesAllSocketsBeforeItDoesAnythingElse() throws Exception {
        try (GatewayRig rig = new GatewayRig()) {
            try (ChildProcess gateway =
                            GatewayProcess.start(rig.settings(0, "gateway.heartbeat=200ms", "gateway.lease=4s"));
                    Tail sessions = rig.tail(rig.topics.deviceSessions());
                    Tail events = rig.tail(rig.topics.commandEvents())) {
                rig.register("gp-stop");
                RawClient device = connected(Integer.parseInt(gateway.said()), "gp-stop");
                long epoch = subscribed(rig, sessions, device, "gp-stop");

                gateway.signal("STOP");
                rig.dispatch("c-late", "gp-stop", 0, epoch, "LED_ON");
                // Nothing can be waited for in a process that stands still.
                TimeUnit.SECONDS.sleep(5);
                gateway.signal("CONT");

                assertThat(device.next()).isEqualTo("end");
                device.close();
                var closed = sessions.await(r -> "gp-stop".equals(Tail.key(r))
                        && Json.read(r.value(), SessionEvent.class) instanceof SessionEvent.Closed);
                assertThat(((SessionEvent.Closed) Json.read(closed.value(), SessionEvent.class)).reason())
                        .isEqualTo(CloseReason.LEASE_LOST);
                var event = events.await(r -> "gp-stop".equals(Tail.key(r)));
                assertThat(Json.read(event.value(), CommandEvent.class))
                        .isInstanceOfSatisfying(
                                CommandEvent.Undelivered.class, undelivered -> assertThat(undelivered.reason())
                                        .isEqualTo(UndeliveredReason.SESSION_GONE));
                try (RawClient again = connected(Integer.parseInt(gateway.said()), "gp-stop")) {
                    assertThat(subscribed(rig, sessions, again, "gp-stop")).isGreaterThan(epoch);
                }
            }
        }
    }

    /** Row 5: nobody says {@code delivered} for it, so it is dispatched to the next session. */
    @Test
    void killedWithACommandWrittenAndNotAcknowledgedItsSuccessorWritesItAgain() throws Exception {
        try (GatewayRig rig = new GatewayRig()) {
            try (ChildProcess gateway = GatewayProcess.start(rig.settings(0));
                    Tail sessions = rig.tail(rig.topics.deviceSessions());
                    Tail events = rig.tail(rig.topics.commandEvents())) {
                rig.register("gp-kill");
                try (RawClient device = connected(Integer.parseInt(gateway.said()), "gp-kill")) {
                    long epoch = subscribed(rig, sessions, device, "gp-kill");
                    rig.dispatch("c-1", "gp-kill", 0, epoch, "LED_ON");
                    assertThat(device.next()).startsWith("32 ");
                    gateway.signal("KILL");
                    assertThat(device.next()).isEqualTo("end");
                }
                GatewayRig.Running successor = rig.start(0);
                try (RawClient device = connected(successor.port(), "gp-kill")) {
                    long epoch = subscribed(rig, sessions, device, "gp-kill");
                    assertThat(events.allNow("gp-kill")).isEmpty();
                    rig.dispatch("c-1", "gp-kill", 0, epoch, "LED_ON");
                    String command = device.next();
                    assertThat(command).startsWith("32 ");
                    // The packet id stands behind the topic "devices/gp-kill/commands".
                    String[] bytes = command.split(" ");
                    int id = 3 + "devices/gp-kill/commands".length();
                    device.send(new byte[] {
                        0x40, 2, (byte) Integer.parseInt(bytes[id], 16), (byte) Integer.parseInt(bytes[id + 1], 16)
                    });
                    var event = events.await(r -> "gp-kill".equals(Tail.key(r)));
                    assertThat(Json.read(event.value(), CommandEvent.class)).isInstanceOf(CommandEvent.Delivered.class);
                }
            }
        }
    }
}
