package io.millrace.gateway.session;

import io.millrace.runtime.config.Settings;
import java.time.Duration;

/**
 * How the gateway empties itself.
 *
 * @param perSecond sessions ended
 * @param timeout within which all end when the process stops, quicker if need be
 */
public record DrainConfig(int perSecond, Duration timeout) {
    public static DrainConfig of(Settings settings) {
        return new DrainConfig(
                settings.number(
                        "gateway.drain-rate",
                        2_000,
                        1,
                        1_000_000,
                        "Sessions ended a second when it stops or is drained: their devices all come back elsewhere."),
                settings.duration(
                        "gateway.drain-timeout",
                        Duration.ofSeconds(4),
                        "When the process stops, all sessions end within this, if need be faster."));
    }
}
