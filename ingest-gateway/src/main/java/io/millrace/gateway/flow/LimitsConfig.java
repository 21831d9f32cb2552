package io.millrace.gateway.flow;

import io.millrace.runtime.config.Settings;

/**
 * How fast one client may send before it is read more slowly.
 *
 * @param messagesPerSecond 0 for any number
 * @param burst messages at once after a quiet time
 * @param bytesPerSecond of payload, 0 for any number; the burst is ten seconds' worth
 */
public record LimitsConfig(int messagesPerSecond, int burst, long bytesPerSecond) {
    private static final int BURST_SECONDS = 10;

    public static LimitsConfig of(Settings settings) {
        return new LimitsConfig(
                settings.number(
                        "limits.messages-per-second",
                        100,
                        0,
                        1_000_000,
                        "Messages of one client; it is read more slowly beyond, HTTP answers 429. 0 for any number."),
                settings.number(
                        "limits.burst",
                        1_000,
                        1,
                        10_000_000,
                        "Messages that it may send at once after a quiet time: what it has buffered while it was away."),
                settings.bytes(
                        "limits.bytes-per-second",
                        1 << 20,
                        "Payload bytes of one client, with a burst of ten seconds' worth; 0 for any number."));
    }

    Rate messages() {
        return new Rate(messagesPerSecond, burst);
    }

    Rate bytes() {
        return new Rate(bytesPerSecond, (double) bytesPerSecond * BURST_SECONDS);
    }
}
