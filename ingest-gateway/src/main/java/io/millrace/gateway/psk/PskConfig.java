package io.millrace.gateway.psk;

import io.millrace.runtime.config.Settings;
import io.millrace.schemas.PskMaster;
import java.time.Duration;
import java.util.Optional;

/**
 * MQTT over TLS-PSK.
 *
 * @param port 0 for any free one
 * @param handshakeTimeout from the connection's beginning
 */
public record PskConfig(int port, Duration handshakeTimeout) {
    public static PskConfig of(Settings settings) {
        return new PskConfig(
                settings.port(
                        "mqtt.tls-psk.port",
                        8884,
                        "MQTT over TLS with pre-shared keys; opens only where there is identity.psk.master-key."),
                settings.duration(
                        "mqtt.tls-psk.handshake-timeout",
                        Duration.ofSeconds(10),
                        "Within which a handshake with a pre-shared key must be done."));
    }

    /** The same key as command-service has. */
    public static Optional<PskMaster> master(Settings settings) {
        String path = "identity.psk.master-key";
        Optional<String> hex = settings.secret(
                path, "From which the keys of devices for TLS-PSK are derived, the same as command-service has.");
        try {
            return hex.map(PskMaster::parse);
        } catch (IllegalArgumentException e) {
            settings.problem(path, "its value", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
