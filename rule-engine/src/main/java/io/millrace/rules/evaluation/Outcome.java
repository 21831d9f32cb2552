package io.millrace.rules.evaluation;

import java.util.Locale;

/** What became of an action. */
public enum Outcome {
    SENT,
    COOLDOWN,
    /** A better rule has its target. */
    OUTRANKED,
    /** Its rule is muted at this time. */
    MUTED,
    /** An alert fires that inhibits its rule. */
    INHIBITED,
    /** The message that would have caused it was older than {@code max_age}. */
    STALE,
    DRY_RUN,
    /** A value in its text was missing. */
    TEMPLATE_MISSING,
    /** Its {@code if} was not true. */
    SKIPPED,
    /** Its {@code to} is no device id, or its topic is not allowed. */
    REFUSED;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
