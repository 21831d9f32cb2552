package io.millrace.gateway.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.schemas.DeviceDiagnostic;
import io.millrace.schemas.DeviceDiagnostic.ConnectRefused;
import io.millrace.schemas.DeviceDiagnostic.Finding;
import io.millrace.schemas.DeviceDiagnostic.Noticed;
import io.millrace.schemas.DeviceDiagnostic.Sign;
import io.millrace.schemas.DeviceId;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DiagnosticsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:04:00Z");
    private static final DeviceId DEVICE = new DeviceId("d");

    private final List<DeviceDiagnostic> written = new ArrayList<>();
    private final Counter dropped = new SimpleMeterRegistry().counter("dropped");
    private boolean open = true;
    private final Diagnostics diagnostics = new Diagnostics(
            Set.of("d")::contains,
            new Diagnostics.Outlet() {
                @Override
                public boolean isOpen() {
                    return open;
                }

                @Override
                public void write(DeviceDiagnostic record) {
                    written.add(record);
                }
            },
            7,
            dropped,
            Clock.fixed(NOW, ZoneOffset.UTC));

    @AfterEach
    void close() {
        diagnostics.close();
    }

    @Test
    void aThousandBadMessagesAreOneRecord() {
        for (int i = 0; i < 1_000; i++) {
            diagnostics.noticed(DEVICE, Sign.NOT_JSON, "not JSON from byte " + i);
        }
        diagnostics.noticed(DEVICE, Sign.DUPLICATE, "");
        diagnostics.writeDown();
        assertThat(written)
                .containsExactly(new Noticed(
                        DEVICE,
                        7,
                        NOW,
                        NOW,
                        List.of(
                                new Finding(Sign.NOT_JSON, 1_000, Optional.of("not JSON from byte 999")),
                                new Finding(Sign.DUPLICATE, 1, Optional.empty()))));
        diagnostics.writeDown();
        assertThat(written).hasSize(1);
    }

    @Test
    void refusedConnectsAreToldForKnownDevicesOnly() {
        diagnostics.refused("d", "bad-credentials", "192.0.2.1");
        diagnostics.refused("d", "bad-credentials", "192.0.2.2");
        diagnostics.refused("made-up", "bad-credentials", "192.0.2.3");
        diagnostics.refused("", "bad-credentials", "192.0.2.3");
        diagnostics.writeDown();
        assertThat(written)
                .containsExactly(
                        new ConnectRefused(DEVICE, 7, NOW, NOW, "bad-credentials", 2, Optional.of("192.0.2.2")));
    }

    @Test
    void whileKafkaIsAwayItIsSummedUpFurther() {
        open = false;
        diagnostics.noticed(DEVICE, Sign.TAKEN_OVER, "");
        diagnostics.writeDown();
        diagnostics.noticed(DEVICE, Sign.TAKEN_OVER, "");
        assertThat(written).isEmpty();
        open = true;
        diagnostics.writeDown();
        assertThat(written)
                .containsExactly(
                        new Noticed(DEVICE, 7, NOW, NOW, List.of(new Finding(Sign.TAKEN_OVER, 2, Optional.empty()))));
    }

    @Test
    void aBoundedNumberOfDevicesIsRemembered() {
        for (int i = 0; i < 12_000; i++) {
            diagnostics.noticed(new DeviceId("d" + i), Sign.DUPLICATE, "");
        }
        diagnostics.noticed(new DeviceId("d0"), Sign.DUPLICATE, "");
        assertThat(dropped.count()).isEqualTo(2_000);
        diagnostics.close();
        assertThat(written).hasSize(10_000);
    }

    @Test
    void longDetailsAreCut() {
        diagnostics.noticed(DEVICE, Sign.FOREIGN_TOPIC, "x".repeat(60_000));
        diagnostics.writeDown();
        assertThat(((Noticed) written.get(0)).findings().get(0).detail().orElseThrow())
                .hasSize(200);
    }
}
