package io.millrace.commands.dispatch;

import java.time.Duration;
import java.time.Instant;

/**
 * Whether silence means anything: not while Kafka is away, and not shortly after, for who was cut off from it like us has to be heard again
 * first. One thread.
 */
final class Silence {
    private static final Duration GRACE = Duration.ofSeconds(15);

    private boolean kafkaAway;
    private Instant notBefore = Instant.MIN;

    void kafkaAway() {
        kafkaAway = true;
    }

    /** To be asked when Kafka has answered. */
    boolean speaks(Instant now) {
        if (kafkaAway) {
            kafkaAway = false;
            notBefore = now.plus(GRACE);
        }
        return !now.isBefore(notBefore);
    }
}
