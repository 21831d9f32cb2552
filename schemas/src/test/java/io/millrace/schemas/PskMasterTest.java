package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PskMasterTest {
    private static final PskMaster MASTER = PskMaster.parse("ab".repeat(32) + "\n");

    /** Frozen: devices have these keys in their flash. printf 'millrace-psk|esp32-01|2' | openssl dgst -sha256 -mac HMAC … */
    @Test
    void aKeyIsWhatOpensslSaysToo() {
        assertThat(HexFormat.of().formatHex(MASTER.key(new DeviceId("esp32-01"), 2)))
                .isEqualTo("2f854ba999e8c1b0cff5d6f2ccecf6698bb4723ae47e8e94625fbf25ac5bc2aa");
    }

    @Test
    void everyDeviceAndGenerationHasAnotherKey() {
        DeviceId device = new DeviceId("a");
        assertThat(MASTER.key(device, 1))
                .isNotEqualTo(MASTER.key(device, 2))
                .isNotEqualTo(MASTER.key(new DeviceId("b"), 1));
    }

    @Test
    void aShortOrGarbledMasterIsRefusedWithoutBeingShown() {
        assertThatThrownBy(() -> PskMaster.parse("abcd")).hasMessageContaining("2 bytes");
        assertThatThrownBy(() -> PskMaster.parse("geheim"))
                .hasMessageContaining("hex")
                .hasMessageNotContaining("geheim");
    }
}
