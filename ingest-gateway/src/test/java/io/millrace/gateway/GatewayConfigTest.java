package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.Settings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GatewayConfigTest {
    @Test
    void theDefaultsAreThoseOfTheContract() {
        Settings settings = Settings.builder().build();
        GatewayConfig config = GatewayConfig.of(settings);
        settings.finish();
        assertThat(config.mqtt().port()).isEqualTo(1883);
        assertThat(config.mqtt().webSocketPort()).isEqualTo(8083);
        assertThat(config.mqtt().maxPacketSize()).isEqualTo(262_144);
        assertThat(config.mqtt().receiveMaximum()).isEqualTo(100);
        assertThat(config.mqtt().connectTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.http().port()).isEqualTo(8081);
        assertThat(config.http().maxBody()).isEqualTo(262_144);
        assertThat(config.allowAnonymous()).isFalse();
    }

    @Test
    void aLeaseShorterThanTwoHeartbeatsIsAProblem() {
        Settings settings = Settings.builder().override("gateway.lease", "5s").build();
        var unused = GatewayConfig.of(settings);
        assertThatThrownBy(settings::finish).isInstanceOf(ConfigException.class).hasMessageContaining("gateway.lease");
    }

    @Test
    void aPacketSizeThatKafkaWouldNotTakeIsAProblem() {
        Settings settings =
                Settings.builder().override("mqtt.max-packet-size", "1 MiB").build();
        var unused = GatewayConfig.of(settings);
        assertThatThrownBy(settings::finish)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("mqtt.max-packet-size");
    }
}
