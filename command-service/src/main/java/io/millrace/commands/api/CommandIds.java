package io.millrace.commands.api;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;

/** Ids for commands sent over REST: the time, then 80 random bits, so that neighbours in time are neighbours in the index. */
final class CommandIds {
    private static final int RANDOM_BYTES = 10;

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    CommandIds(Clock clock) {
        this.clock = clock;
    }

    String next() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(clock.millis(), 12) + hex.formatHex(bytes);
    }
}
