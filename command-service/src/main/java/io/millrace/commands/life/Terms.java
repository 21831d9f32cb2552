package io.millrace.commands.life;

import java.time.Duration;
import java.util.Optional;

/**
 * What the sender of a command wishes beyond its delivery.
 *
 * @param answerWithin a command that is delivered and not answered for so long has failed; empty if it need not be answered
 */
public record Terms(Retry retry, Optional<Duration> answerWithin) {
    public static final Terms NONE = new Terms(Retry.NONE, Optional.empty());
}
