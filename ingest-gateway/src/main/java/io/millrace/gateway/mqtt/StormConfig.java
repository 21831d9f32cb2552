package io.millrace.gateway.mqtt;

import io.millrace.runtime.config.Settings;

/**
 * What the gateway takes when a whole fleet connects at once.
 *
 * @param connectsPerSecond let in; the others wait for up to 8 s
 * @param waiting at most so many; beyond that they are told to come again
 * @param handshakesPerSecond of TLS begun, the others wait
 * @param strangers sockets on which no CONNECT has come yet
 */
public record StormConfig(double connectsPerSecond, int waiting, double handshakesPerSecond, int strangers) {
    private static final int FOR_EACH_LOOP = 7_500;
    /** Half of what a core does with ECDSA of P-256. */
    private static final int HANDSHAKES_FOR_EACH_LOOP = 1_500;

    public static StormConfig of(Settings settings, int loops) {
        int perSecond = settings.number(
                "storm.connects-per-second",
                0,
                0,
                1_000_000,
                "CONNECTs let in a second, beyond it they wait up to 8 s; 0 for 7,500 for each event loop.");
        int handshakes = settings.number(
                "storm.handshakes-per-second",
                0,
                0,
                1_000_000,
                "TLS handshakes begun in a second, beyond it they wait in order; 0 for 1,500 for each event loop.");
        return new StormConfig(
                perSecond == 0 ? FOR_EACH_LOOP * loops : perSecond,
                settings.number(
                        "storm.waiting",
                        20_000,
                        1,
                        10_000_000,
                        "CONNECTs that may wait; beyond it they are told that the server is busy."),
                handshakes == 0 ? HANDSHAKES_FOR_EACH_LOOP * loops : handshakes,
                settings.number(
                        "storm.unauthenticated",
                        10_000,
                        1,
                        10_000_000,
                        "Sockets without a CONNECT yet; one more closes the oldest of the source that has most."));
    }

    /** TLS connections that may wait for their handshake: those that are in one have their place among the strangers too. */
    public int handshakesWaiting() {
        return Math.max(1, strangers / 2);
    }

    /** One event loop's part. */
    public StormConfig share(int loops) {
        return new StormConfig(
                connectsPerSecond / loops,
                Math.max(1, waiting / loops),
                handshakesPerSecond / loops,
                Math.max(1, strangers / loops));
    }
}
