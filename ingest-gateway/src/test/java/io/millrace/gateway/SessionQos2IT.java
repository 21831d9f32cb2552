package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.schemas.Json;
import io.millrace.schemas.SessionState;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** QoS 2 belongs to the session, not to the connection: exactly once also across a break, in both directions. */
@Timeout(60)
class SessionQos2IT {
    private static GatewayRig rig;
    private static GatewayRig.Running first;
    private static GatewayRig.Running second;
    private static Tail sessions;
    private static Tail telemetry;
    private static Tail states;

    @BeforeAll
    static void start() {
        rig = new GatewayRig();
        first = rig.start(0);
        second = rig.start(1);
        sessions = rig.tail(rig.topics.deviceSessions());
        telemetry = rig.tail(rig.topics.telemetry());
        states = rig.tail(rig.topics.deviceSessionState());
    }

    @AfterAll
    static void stop() {
        sessions.close();
        telemetry.close();
        states.close();
        rig.close();
    }

    private static RawClient connected(GatewayRig.Running gateway, String device, boolean present) throws Exception {
        RawClient client = new RawClient(gateway.port());
        client.send(RawClient.connect(device, device, "pw-" + device, false));
        assertThat(client.next()).isEqualTo(present ? "20 01 00" : "20 00 00");
        return client;
    }

    private static byte[] reading(String device, int packetId, boolean dup) throws Exception {
        return RawClient.publish("devices/" + device + "/telemetry", "{\"n\":" + packetId + "}", 2, packetId, dup);
    }

    private static void awaitLeft(String device) {
        var unused = states.await(r -> device.equals(Tail.key(r))
                && r.value() != null
                && !Json.read(r.value(), SessionState.class).connected());
    }

    @Test
    void aMessageThatWasReceivedIsNotProducedAgainOnAnotherGateway() throws Exception {
        rig.register("x-in");
        try (RawClient client = connected(first, "x-in", false)) {
            client.send(reading("x-in", 7, false));
            assertThat(client.next()).isEqualTo("50 00 07");
        }
        awaitLeft("x-in");
        try (RawClient client = connected(second, "x-in", true)) {
            client.send(reading("x-in", 7, true), RawClient.release(7));
            assertThat(client.next()).isEqualTo("50 00 07");
            assertThat(client.next()).isEqualTo("70 00 07");
            assertThat(telemetry.allNow("x-in")).hasSize(1);
            client.send(reading("x-in", 7, false));
            assertThat(client.next()).isEqualTo("50 00 07");
        }
        assertThat(telemetry.allNow("x-in")).hasSize(2);
    }

    /** The old connection is half-open, and of what it brought some is on its way to Kafka, some in its socket. */
    @Test
    void whatIsInFlightAtATakeoverIsProducedOnce() throws Exception {
        rig.register("x-flight");
        try (RawClient old = connected(first, "x-flight", false)) {
            for (int i = 1; i <= 200; i++) {
                old.send(reading("x-flight", i, false));
            }
            try (RawClient young = connected(first, "x-flight", true)) {
                for (int i = 1; i <= 200; i++) {
                    young.send(reading("x-flight", i, true));
                }
                Set<String> received = new HashSet<>();
                for (int i = 1; i <= 200; i++) {
                    received.add(young.next());
                }
                assertThat(received).hasSize(200).allMatch(packet -> packet.startsWith("50 "));
            }
        }
        assertThat(telemetry.allNow("x-flight")).hasSize(200);
    }

    @Test
    void aCommandIsSentAgainWithItsPacketIdAndReleasedWhereTheDeviceHasIt() throws Exception {
        rig.register("x-out");
        try (RawClient client = connected(first, "x-out", false)) {
            client.send(RawClient.subscribe("devices/x-out/commands", 2));
            assertThat(client.next()).isEqualTo("90 00 01 02");
            rig.dispatch("c-1", "x-out", 0, rig.awaitReady(sessions, "x-out").epoch(), "x", 2);
            assertThat(client.next()).startsWith("34 ").endsWith(" 00 01 78");
        }
        awaitLeft("x-out");
        try (RawClient client = connected(second, "x-out", true)) {
            rig.dispatch("c-1", "x-out", 1, rig.awaitReady(sessions, "x-out").epoch(), "x", 2);
            assertThat(client.next()).startsWith("3c ").endsWith(" 00 01 78");
            client.send(RawClient.received(1));
            assertThat(client.next()).isEqualTo("62 00 01");
        }
        awaitLeft("x-out");
        try (RawClient client = connected(first, "x-out", true)) {
            assertThat(client.next()).isEqualTo("62 00 01");
            client.send(RawClient.completed(1));
            rig.dispatch("c-2", "x-out", 0, rig.awaitReady(sessions, "x-out").epoch(), "y", 2);
            assertThat(client.next()).startsWith("34 ").endsWith(" 79");
        }
        await().until(() -> first.gauge("gateway.sessions") == 0);
    }
}
