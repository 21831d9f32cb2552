package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.schemas.DeviceDiagnostic;
import io.millrace.schemas.DeviceDiagnostic.DuplicateIdentity;
import io.millrace.schemas.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A whole fleet connects at once, and two boards fight over one identity. */
@Timeout(120)
class StormIT {
    private static RawClient connecting(GatewayRig.Running gateway, String id) throws Exception {
        RawClient client = new RawClient(gateway.port());
        client.send(RawClient.connect(id, id, "pw-" + id));
        return client;
    }

    private static RawClient connected(GatewayRig.Running gateway, String id) throws Exception {
        RawClient client = connecting(gateway, id);
        assertThat(client.next()).isEqualTo("20 00 00");
        return client;
    }

    private static void closeAll(List<RawClient> clients) throws Exception {
        for (RawClient client : clients) {
            client.close();
        }
    }

    @Test
    void aFleetThatComesBackAtOnceIsLetInBitByBitAndNobodyElseNotices() throws Exception {
        int fleet = 60;
        try (GatewayRig rig = new GatewayRig()) {
            GatewayRig.Running gateway = rig.start(0, "gateway.event-loops", "1", "storm.connects-per-second", "10");
            rig.register("st-before");
            String[] ids = IntStream.range(0, fleet).mapToObj(i -> "st-" + i).toArray(String[]::new);
            rig.register(ids);
            List<RawClient> clients = new ArrayList<>();
            try (RawClient before = connected(gateway, "st-before")) {
                for (String id : ids) {
                    clients.add(connecting(gateway, id));
                }
                await().until(() -> gateway.gauge("gateway.connects.waiting") > 5);
                before.send(RawClient.publish("devices/st-before/telemetry", "{}", 1, 1, false));
                assertThat(before.next()).isEqualTo("40 00 01");
                for (RawClient client : clients) {
                    assertThat(client.next()).isEqualTo("20 00 00");
                }
                await().until(() -> gateway.gauge("gateway.sessions") == fleet + 1);
                assertThat(gateway.gauge("gateway.connects.waiting")).isZero();
            } finally {
                closeAll(clients);
            }
        }
    }

    @Test
    void whoFindsNoPlaceToWaitIsToldThatTheServerIsBusyAndWhoLeavesGivesItsPlaceBack() throws Exception {
        try (GatewayRig rig = new GatewayRig()) {
            GatewayRig.Running gateway =
                    rig.start(0, "gateway.event-loops", "1", "storm.connects-per-second", "1", "storm.waiting", "3");
            String[] ids = IntStream.range(0, 6).mapToObj(i -> "sb-" + i).toArray(String[]::new);
            rig.register(ids);
            List<RawClient> clients = new ArrayList<>();
            try {
                clients.add(connected(gateway, ids[0]));
                for (int i = 1; i < ids.length; i++) {
                    clients.add(connecting(gateway, ids[i]));
                }
                await().until(() -> gateway.count("gateway.connects", "outcome", "busy") >= 1);
                closeAll(clients);
                await().until(() -> gateway.gauge("gateway.connects.waiting") == 0);
                await().until(() -> gateway.gauge("gateway.sessions") == 0);
            } finally {
                closeAll(clients);
            }
        }
    }

    @Test
    void whoHasFailedTooOftenTakesNoPlaceToWait() throws Exception {
        try (GatewayRig rig = new GatewayRig()) {
            GatewayRig.Running gateway = rig.start(
                    0,
                    "gateway.event-loops",
                    "1",
                    "storm.connects-per-second",
                    "1",
                    "identity.failures.per-name",
                    "1",
                    "identity.failures.name-interval",
                    "1h");
            try (RawClient first = connecting(gateway, "sf")) {
                assertThat(first.next()).startsWith("20 00 0");
            }
            for (int i = 0; i < 10; i++) {
                try (RawClient again = connecting(gateway, "sf")) {
                    assertThat(again.next()).isEqualTo("20 00 03");
                }
            }
            await().until(() -> gateway.count("gateway.connects", "outcome", "too-many-failures") == 10);
            assertThat(gateway.count("gateway.connects.delayed")).isZero();
        }
    }

    @Test
    void socketsThatSayNothingMakeRoomForThoseThatDo() throws Exception {
        try (GatewayRig rig = new GatewayRig()) {
            GatewayRig.Running gateway = rig.start(0, "gateway.event-loops", "1", "storm.unauthenticated", "3");
            rig.register("su");
            List<RawClient> silent = new ArrayList<>();
            try {
                for (int i = 0; i < 6; i++) {
                    silent.add(new RawClient(gateway.port()));
                }
                await().until(() -> gateway.count("gateway.strangers.closed") == 3);
                try (RawClient client = connected(gateway, "su")) {
                    client.send(RawClient.publish("devices/su/telemetry", "{}", 1, 1, false));
                    assertThat(client.next()).isEqualTo("40 00 01");
                }
                assertThat(silent.get(0).next()).isEqualTo("end");
            } finally {
                closeAll(silent);
            }
        }
    }

    /** Row 4 of what must hold. */
    @Test
    void twoBoardsWithOneIdentityAreNoticedAndSlowedAcrossGateways() throws Exception {
        try (GatewayRig rig = new GatewayRig()) {
            List<GatewayRig.Running> gateways = List.of(rig.start(0), rig.start(1));
            rig.register("twin");
            List<RawClient> boards = new ArrayList<>();
            try (Tail diagnostics = rig.tail(rig.topics.deviceDiagnostics())) {
                for (int connect = 0; connect < 4; connect++) {
                    RawClient before = boards.isEmpty() ? null : boards.get(boards.size() - 1);
                    boards.add(connected(gateways.get(connect % 2), "twin"));
                    if (before != null) {
                        assertThat(before.next()).isEqualTo("end");
                    }
                }
                var record = diagnostics.await(
                        r -> Json.read(r.value(), DeviceDiagnostic.class) instanceof DuplicateIdentity);
                var found = (DuplicateIdentity) Json.read(record.value(), DeviceDiagnostic.class);
                assertThat(found.deviceId().value()).isEqualTo("twin");
                assertThat(found.addresses()).isEqualTo(Collections.singletonList("127.0.0.1"));
                assertThat(gateways.stream()
                                .mapToDouble(g -> g.count("gateway.identity.duplicates"))
                                .sum())
                        .isEqualTo(1);
                for (GatewayRig.Running gateway : gateways) {
                    double delayed = gateway.count("gateway.connects.delayed");
                    await().until(() -> {
                        long start = System.nanoTime();
                        connected(gateway, "twin").close();
                        return System.nanoTime() - start >= TimeUnit.SECONDS.toNanos(1);
                    });
                    assertThat(gateway.count("gateway.connects.delayed")).isGreaterThan(delayed);
                }
            } finally {
                closeAll(boards);
            }
        }
    }
}
