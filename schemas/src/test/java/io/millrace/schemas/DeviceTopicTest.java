package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.DeviceTopic.Branch;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTopicTest {
    @Test
    void telemetryMayHaveAChannel() {
        assertThat(DeviceTopic.parse("devices/esp32-1/telemetry/gps/raw"))
                .contains(new DeviceTopic(new DeviceId("esp32-1"), Branch.TELEMETRY, Optional.of("gps/raw")));
    }

    @Test
    void everyBranchReadsBackWhatItWrote() {
        var device = new DeviceId("a:b_c.d-1");
        for (Branch branch : Branch.values()) {
            assertThat(DeviceTopic.parse(DeviceTopic.of(device, branch)))
                    .contains(new DeviceTopic(device, branch, Optional.empty()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "devices",
                "devices/",
                "devices/x",
                "devices//telemetry",
                "device/x/telemetry",
                "devices/x/",
                "devices/x/telemetry/",
                "devices/x/commands/now",
                "devices/x/Telemetry",
                "devices/ü/telemetry",
                "/devices/x/telemetry",
                "devices/x/telemetryx"
            })
    void anythingElseIsNoTopicOfOurs(String topic) {
        assertThat(DeviceTopic.parse(topic)).isEmpty();
    }

    @Test
    void aWrongDeviceIdIsNamedInTheError() {
        assertThatThrownBy(() -> new DeviceId("kitchen sensor"))
                .hasMessageContaining("\"kitchen sensor\"")
                .hasMessageContaining("expected 1 to 256 characters");
        assertThat(DeviceId.isValid("x".repeat(256))).isTrue();
        assertThat(DeviceId.isValid("x".repeat(257))).isFalse();
    }
}
