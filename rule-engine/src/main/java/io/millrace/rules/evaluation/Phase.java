package io.millrace.rules.evaluation;

import java.util.Locale;

/** Where an instance of a rule stands. {@link #CLOSING} is firing with its end in sight. */
public enum Phase {
    INACTIVE,
    PENDING,
    FIRING,
    CLOSING;

    public boolean isFiring() {
        return this == FIRING || this == CLOSING;
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
