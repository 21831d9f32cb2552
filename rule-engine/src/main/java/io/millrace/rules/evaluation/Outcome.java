package io.millrace.rules.evaluation;

import java.util.Locale;

/** What became of an action. */
public enum Outcome {
    SENT,
    COOLDOWN,
    /** A limit for the rule, or for the device over all rules, is reached. */
    LIMITED,
    /** The instance has sent too much, and has not been quiet since. */
    TRIPPED,
    /** The rule acts on too many devices, until somebody releases it. */
    HELD,
    /** The same is on its way, and its effect awaited. */
    DUPLICATE,
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
    /** Its {@code to} is no device id, its topic is not allowed, or its payload is too large. */
    REFUSED;

    /** Whether the action has done, or would have done, its part in the episode. */
    boolean isDone() {
        return this == SENT || this == DUPLICATE || this == DRY_RUN || this == SKIPPED;
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
