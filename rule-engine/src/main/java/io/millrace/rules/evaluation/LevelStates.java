package io.millrace.rules.evaluation;

import io.millrace.rules.model.Level.Severity;
import java.util.Arrays;
import java.util.Optional;

/** Where the levels of an alert stand on one device, each by its severity; part of its {@link Instance}. */
final class LevelStates {

    /** No level holds. */
    static final int NONE = -1;

    final Phase[] phases = new Phase[Severity.values().length];
    /** Pending: since when its condition holds. Closing: since when its end holds. */
    final long[] since = new long[phases.length];
    /** The level that the alert was last said to have, by the ordinal of its severity. */
    int told = NONE;

    LevelStates() {
        Arrays.fill(phases, Phase.INACTIVE);
        Arrays.fill(since, Instance.NEVER);
    }

    /** The highest level that holds. */
    int highest() {
        for (int level = phases.length - 1; level >= 0; level--) {
            if (phases[level].isFiring()) {
                return level;
            }
        }
        return NONE;
    }

    /** What the levels make of the whole: firing if one holds, closing if the end of each that holds is in sight. */
    Phase phase() {
        Phase whole = Phase.INACTIVE;
        for (Phase phase : phases) {
            if (phase == Phase.FIRING) {
                return Phase.FIRING;
            }
            whole = phase.ordinal() > whole.ordinal() ? phase : whole;
        }
        return whole;
    }

    Optional<String> text() {
        return told == NONE ? Optional.empty() : Optional.of(word(told));
    }

    static String word(int level) {
        return Severity.values()[level].text();
    }

    void move(int level, Phase to, long time) {
        phases[level] = to;
        since[level] = time;
    }

    void restartPending(long now) {
        for (int level = 0; level < phases.length; level++) {
            if (phases[level] == Phase.PENDING) {
                since[level] = now;
            }
        }
    }
}
