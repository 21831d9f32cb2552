package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.embedded.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kafka is away for longer than the gateways' leases: their devices stay connected, and so it is told. */
@Timeout(120)
class KafkaAwayIT {
    private static final int LEASE_MILLIS = 3_000;

    @TempDir
    Path dir;

    @Test
    void nobodyIsTakenForOfflineAndWhatWaitsOrIsOverIsNotForgotten() throws Exception {
        EmbeddedKafka kafka = EmbeddedKafka.start(dir, 0);
        int port = kafka.port();
        try (Fleet fleet = Fleet.start(
                Neighbours.get().newFleet().override("kafka.bootstrap-servers", kafka.bootstrapServers()))) {
            FakeGateway gateway = fleet.gateway(0);
            String device = fleet.device("still-there");
            gateway.startWithLease(LEASE_MILLIS);
            gateway.openReady(device);
            fleet.awaitPresence(device, true, true);

            kafka.close();
            // For longer than the lease.
            String shortLived = fleet.call(
                            "POST",
                            "/devices/" + fleet.device("asleep") + "/commands",
                            "{\"payload\":\"A\",\"expiresIn\":\"5s\"}")
                    .json()
                    .get("commandId")
                    .asText();
            fleet.awaitStatus(shortLived, "expired");
            // "asleep" was registered meanwhile, and has not got to the gateways.
            assertThat(registryWaited(fleet)).isGreaterThan(4);

            kafka = EmbeddedKafka.start(dir, port);
            // Its producer may back off for a while before it finds Kafka again.
            await().during(Duration.ofSeconds(5))
                    .atMost(Duration.ofSeconds(15))
                    .until(() -> isConnected(fleet, device));
            String id = fleet.send(device, "B");
            gateway.heartbeat(60_000);
            gateway.delivered(gateway.nextDispatch(device));
            fleet.awaitStatus(id, "delivered");
            await().until(() -> registryWaited(fleet) < 1);
            assertThat(isConnected(fleet, device)).isTrue();
            assertThat(fleet.call("GET", "/devices/" + device)
                            .json()
                            .at("/presence/lastCloseReason")
                            .isMissingNode())
                    .isTrue();
        } finally {
            kafka.close();
        }
    }

    private static double registryWaited(Fleet fleet) {
        return fleet.meters.get("registry.waiting").gauge().value();
    }

    private static boolean isConnected(Fleet fleet, String device) {
        return fleet.call("GET", "/devices/" + device)
                .json()
                .at("/presence/connected")
                .asBoolean();
    }
}
