package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.DeviceDiagnostic;
import io.millrace.schemas.DeviceDiagnostic.ConnectRefused;
import io.millrace.schemas.DeviceDiagnostic.Noticed;
import io.millrace.schemas.DeviceDiagnostic.Sign;
import io.millrace.schemas.Json;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a device does wrong can be read on Kafka, summed up. */
@Timeout(120)
class DiagnosticsIT {
    private static GatewayRig rig;
    private static GatewayRig.Running gateway;

    @BeforeAll
    static void start() {
        rig = new GatewayRig();
        gateway = rig.start(0);
        rig.register("di-bad", "di-good");
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void troubleIsToldForTheDeviceThatHasItAndForNoOther() throws Exception {
        try (RawClient good = new RawClient(gateway.port())) {
            good.send(
                    RawClient.connect("di-good", "di-good", "pw-di-good"),
                    RawClient.publish("devices/di-good/telemetry", "{}", 1, 1, false));
            assertThat(good.next()).isEqualTo("20 00 00");
            assertThat(good.next()).isEqualTo("40 00 01");
        }
        for (String id : new String[] {"di-bad", "di-bad", "di-unknown"}) {
            try (RawClient stranger = new RawClient(gateway.port())) {
                stranger.send(RawClient.connect(id, id, "wrong"));
                assertThat(stranger.next()).startsWith("20 00 0");
            }
        }
        try (RawClient bad = new RawClient(gateway.port())) {
            bad.send(RawClient.connect("di-bad", "di-bad", "pw-di-bad"));
            assertThat(bad.next()).isEqualTo("20 00 00");
            bad.send(
                    RawClient.publish("devices/di-bad/telemetry", "{\"t\":", 1, 1, false),
                    RawClient.publish("devices/di-bad/telemetry", "nonsense", 1, 2, false),
                    RawClient.publish("devices/di-good/telemetry", "{}", 1, 3, false),
                    RawClient.subscribe("devices/di-good/commands", 1));
            for (int answers = 0; answers < 4; answers++) {
                assertThat(bad.next()).isNotEqualTo("end");
            }
        }
        Map<Sign, Long> counts = new EnumMap<>(Sign.class);
        try (Tail tail = rig.tail(rig.topics.deviceDiagnostics())) {
            while (counts.getOrDefault(Sign.NOT_JSON, 0L) < 2 || counts.getOrDefault(Sign.FOREIGN_TOPIC, 0L) < 2) {
                var record = tail.await(r -> Json.read(r.value(), DeviceDiagnostic.class) instanceof Noticed
                        && Tail.key(r).equals("di-bad"));
                ((Noticed) Json.read(record.value(), DeviceDiagnostic.class))
                        .findings()
                        .forEach(finding -> counts.merge(finding.sign(), finding.count(), Long::sum));
            }
            var refused = tail.await(r -> Json.read(r.value(), DeviceDiagnostic.class) instanceof ConnectRefused);
            assertThat(Tail.key(refused)).isEqualTo("di-bad");
            assertThat(((ConnectRefused) Json.read(refused.value(), DeviceDiagnostic.class)).reason())
                    .isEqualTo("bad-credentials");
            assertThat(tail.allNow("di-unknown")).isEmpty();
            assertThat(tail.allNow("di-good")).isEmpty();
        }
        assertThat(counts).containsOnlyKeys(Sign.NOT_JSON, Sign.FOREIGN_TOPIC);
    }
}
