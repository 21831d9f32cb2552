package io.millrace.commands.life;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/**
 * How often a command that failed is sent again by itself.
 *
 * @param times beyond the first; attempts that were lost on the way to the device do not count
 * @param delay from the failure to the next attempt
 * @param on which failures
 */
public record Retry(int times, Duration delay, Set<Cause> on) {
    public static final Retry NONE = new Retry(0, Duration.ZERO, Set.of());

    /** What an attempt failed for. */
    public enum Cause {
        /** The device says so, or refuses it. */
        FAILED,
        /** It did not answer in time what it had received. */
        NO_ANSWER;

        /** The word in the API: lower case with dashes. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** @throws IllegalArgumentException if there is none with that word */
        public static Cause parse(String text) {
            for (Cause cause : values()) {
                if (cause.text().equals(text)) {
                    return cause;
                }
            }
            throw new IllegalArgumentException("\"" + text + "\" (expected failed or no-answer)");
        }
    }

    public Retry {
        on = Set.copyOf(on);
        if (times < 0 || delay.isNegative()) {
            throw new IllegalArgumentException("retry " + times + " times after " + delay);
        }
    }

    boolean allows(Cause cause, int retriesBefore) {
        return on.contains(cause) && retriesBefore < times;
    }
}
