package io.millrace.simulator;

import java.time.Duration;

/**
 * The clocks of esp-mqtt, all of them fixed and without jitter there.
 *
 * @param keepAlive announced in CONNECT; a ping after half of it without a packet of our own
 * @param reconnectAfter wait after every lost or refused connection
 * @param resendAfter age at which the oldest unacknowledged message is sent again with DUP, and the pause between two such
 * @param forgetAfter age at which an unacknowledged message is given up
 * @param networkTimeout for TCP connect and CONNACK together
 */
public record EspTimings(
        Duration keepAlive,
        Duration reconnectAfter,
        Duration resendAfter,
        Duration forgetAfter,
        Duration networkTimeout) {

    public static final EspTimings DEFAULT = new EspTimings(
            Duration.ofSeconds(120),
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10));

    public EspTimings {
        positive("keep alive", keepAlive);
        positive("reconnect after", reconnectAfter);
        positive("resend after", resendAfter);
        positive("forget after", forgetAfter);
        positive("network timeout", networkTimeout);
        if (keepAlive.toSeconds() < 1 || keepAlive.toSeconds() > 65_535) {
            throw new IllegalArgumentException("keep alive: " + keepAlive + " (expected 1 to 65535 seconds)");
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected a positive duration)");
        }
    }

    public EspTimings withKeepAlive(Duration newKeepAlive) {
        return new EspTimings(newKeepAlive, reconnectAfter, resendAfter, forgetAfter, networkTimeout);
    }

    public EspTimings withReconnectAfter(Duration newReconnectAfter) {
        return new EspTimings(keepAlive, newReconnectAfter, resendAfter, forgetAfter, networkTimeout);
    }

    public EspTimings withResend(Duration newResendAfter, Duration newForgetAfter) {
        return new EspTimings(keepAlive, reconnectAfter, newResendAfter, newForgetAfter, networkTimeout);
    }

    public EspTimings withNetworkTimeout(Duration newNetworkTimeout) {
        return new EspTimings(keepAlive, reconnectAfter, resendAfter, forgetAfter, newNetworkTimeout);
    }
}
