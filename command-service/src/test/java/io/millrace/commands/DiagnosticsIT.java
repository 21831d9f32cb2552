package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.DeviceDiagnostic;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What support sees of a device that makes trouble. */
@Timeout(60)
class DiagnosticsIT {
    private static Fleet fleet;
    private static FakeGateway gateway;

    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start();
        gateway = fleet.gateway(1);
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void aDeviceInTroubleShowsItsConnectsRefusalsAndSigns() {
        String device = fleet.device("troubled");
        FakeGateway.Session first = gateway.open(device);
        gateway.close(first);
        gateway.open(device);
        Instant now = Instant.now();
        DeviceId id = new DeviceId(device);
        tell(new DeviceDiagnostic.ConnectRefused(id, 1, now, now, "bad-credentials", 4, Optional.of("10.0.0.7")));
        tell(new DeviceDiagnostic.Noticed(
                id,
                1,
                now,
                now,
                List.of(
                        new DeviceDiagnostic.Finding(DeviceDiagnostic.Sign.DUPLICATE, 3, Optional.empty()),
                        new DeviceDiagnostic.Finding(DeviceDiagnostic.Sign.NOT_JSON, 2, Optional.of("from byte 12")))));
        tell(new DeviceDiagnostic.DuplicateIdentity(id, 1, now, 3, 60_000, List.of("10.0.0.7", "10.0.0.8")));
        gateway.send(
                new ProducerRecord<>(fleet.topics().telemetry(), device.getBytes(UTF_8), "{\"t\":1}".getBytes(UTF_8)));

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            JsonNode json = diagnostics(device);
            assertThat(json.get("connects")).hasSize(2);
            assertThat(json.get("connected").asBoolean()).isTrue();
            assertThat(json.at("/connects/0").has("closedAt")).isFalse();
            assertThat(json.at("/connects/1/reason").asText()).isEqualTo("connection-lost");
            assertThat(json.at("/refusals/0/count").asInt()).isEqualTo(4);
            assertThat(json.at("/signs/1/detail").asText()).isEqualTo("from byte 12");
            assertThat(json.at("/lastDay/duplicates").asInt()).isEqualTo(3);
            assertThat(json.at("/lastDay/rejected").asInt()).isEqualTo(2);
            assertThat(json.at("/lastDay/readings").asInt()).isEqualTo(1);
            assertThat(json.at("/lastDay/duplicateRate").asDouble()).isEqualTo(1.0);
            assertThat(json.at("/sharedIdentity/addresses")).hasSize(2);
        });

        assertThat(fleet.call("DELETE", "/devices/" + device).status()).isEqualTo(204);
        assertThat(fleet.call("GET", "/devices/" + device + "/diagnostics").status())
                .isEqualTo(404);
        fleet.device(device);
        assertThat(diagnostics(device).get("signs")).isEmpty();
    }

    @Test
    void aDeviceWithoutTroubleHasNothingToShow() {
        JsonNode json = diagnostics(fleet.device("healthy"));
        assertThat(json.get("connects")).isEmpty();
        assertThat(json.at("/lastDay/readings").asInt()).isZero();
        assertThat(json.get("lastDay").has("duplicateRate")).isFalse();
    }

    private static JsonNode diagnostics(String device) {
        return fleet.call("GET", "/devices/" + device + "/diagnostics").json();
    }

    private static void tell(DeviceDiagnostic diagnostic) {
        gateway.send(new ProducerRecord<>(
                fleet.topics().deviceDiagnostics(), diagnostic.deviceId().key(), Json.write(diagnostic)));
    }
}
