package io.millrace.gateway.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Dispatch;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommandPacketTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final Dispatch COMMAND = new Dispatch(
            "c-1", new DeviceId("d"), 0, 7, 1, "x".getBytes(UTF_8), Optional.empty(), 2, NOW.plusSeconds(60));

    private static int expiry(Instant now) {
        return ((IntegerProperty) CommandPacket.of(COMMAND, true, now)
                        .properties()
                        .getProperty(MqttProperties.PUBLICATION_EXPIRY_INTERVAL))
                .value();
    }

    /** [MQTT-3.3.2-6] */
    @Test
    void theTimeThatACommandWaitedHereIsTakenOffItsExpiry() {
        assertThat(expiry(NOW)).isEqualTo(60);
        assertThat(expiry(NOW.plusSeconds(17))).isEqualTo(43);
        assertThat(expiry(NOW.plusMillis(59_900))).isEqualTo(1);
    }

    @Test
    void mqtt311HasNoProperties() {
        assertThat(CommandPacket.of(COMMAND, false, NOW).properties().isEmpty()).isTrue();
    }
}
