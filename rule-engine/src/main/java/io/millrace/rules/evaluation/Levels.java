package io.millrace.rules.evaluation;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.Frame;
import io.millrace.rules.model.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of an alert with levels, from the highest to the lowest. Each level runs through the table of states by itself;
 * while a higher one fires the {@code for} of a lower one counts as held, so that the alert comes down without a gap. Immutable.
 */
final class Levels {

    private record One(
            int severity, Condition expr, @Nullable Condition resolve, long holdFor, long keepFiringFor) {}

    private final One[] levels;
    /** What unknown stands for. */
    private final int missing;

    Levels(List<Level> levels, int missing) {
        this.levels = levels.stream()
                .map(level -> new One(
                        level.severity().ordinal(),
                        level.expr(),
                        level.resolve().orElse(null),
                        level.holdFor().toMillis(),
                        level.keepFiringFor().toMillis()))
                .toArray(One[]::new);
        this.missing = missing;
    }

    /** Whether any of the levels is true. */
    int test(Frame frame) {
        int result = BooleanExpression.FALSE;
        for (One level : levels) {
            int one = level.expr.test(frame);
            if (one == BooleanExpression.TRUE) {
                return one;
            }
            result = Math.max(result, one);
        }
        return result;
    }

    /** One evaluation of each. */
    void step(LevelStates states, Frame frame, long dataTime) {
        int before = states.highest();
        for (int severity = 0, i = levels.length - 1; severity < states.phases.length; severity++) {
            if (i >= 0 && levels[i].severity == severity) {
                step(levels[i--], before > severity, states, frame, dataTime);
            } else {
                // An edit has taken the level away.
                states.move(severity, Phase.INACTIVE, Instance.NEVER);
            }
        }
    }

    private void step(One level, boolean higher, LevelStates states, Frame frame, long dataTime) {
        int result = level.expr.test(frame);
        if (result == BooleanExpression.UNKNOWN) {
            result = missing;
        }
        Phase phase = states.phases[level.severity];
        long since = states.since[level.severity];
        if (phase.isFiring()) {
            firing(level, phase, result, states, frame, dataTime);
        } else if (result != BooleanExpression.TRUE) {
            states.move(level.severity, Phase.INACTIVE, Instance.NEVER);
        } else {
            long held = phase == Phase.PENDING ? dataTime - since : 0;
            if (higher || held >= level.holdFor) {
                states.move(level.severity, Phase.FIRING, Instance.NEVER);
            } else if (phase == Phase.INACTIVE) {
                states.move(level.severity, Phase.PENDING, dataTime);
            }
        }
    }

    private void firing(One level, Phase phase, int result, LevelStates states, Frame frame, long dataTime) {
        if (end(level, result, frame) != BooleanExpression.TRUE) {
            states.move(level.severity, Phase.FIRING, Instance.NEVER);
            return;
        }
        long since = phase == Phase.CLOSING ? states.since[level.severity] : dataTime;
        if (dataTime - since >= level.keepFiringFor) {
            states.move(level.severity, Phase.INACTIVE, Instance.NEVER);
        } else {
            states.move(level.severity, Phase.CLOSING, since);
        }
    }

    private int end(One level, int result, Frame frame) {
        int end = level.resolve == null ? BooleanExpression.UNKNOWN : level.resolve.test(frame);
        if (end != BooleanExpression.UNKNOWN) {
            return end;
        }
        return StateMachine.not(level.resolve == null ? result : missing);
    }

    /** Whether what ends one that fires is true already. */
    boolean endWhereTheyBegan(LevelStates states, Frame frame) {
        for (One level : levels) {
            if (states.phases[level.severity] == Phase.FIRING
                    && level.resolve != null
                    && level.resolve.test(frame) == BooleanExpression.TRUE) {
                return true;
            }
        }
        return false;
    }

    /** Takes an episode that began before the rule had levels for one of the lowest. */
    void inherit(LevelStates states) {
        states.move(levels[levels.length - 1].severity, Phase.FIRING, Instance.NEVER);
        states.told = states.highest();
    }

    /** The condition of that severity; null if the rule does not have the level any more. */
    @Nullable
    Condition condition(int severity) {
        for (One level : levels) {
            if (level.severity == severity) {
                return level.expr;
            }
        }
        return null;
    }

    /** When the first of them fires or ends by time alone. */
    long deadline(LevelStates states) {
        long next = DeviceState.UNSCHEDULED;
        for (One level : levels) {
            next = Math.min(
                    next,
                    switch (states.phases[level.severity]) {
                        case INACTIVE, FIRING -> DeviceState.UNSCHEDULED;
                        case PENDING -> states.since[level.severity] + level.holdFor;
                        case CLOSING -> states.since[level.severity] + level.keepFiringFor;
                    });
        }
        return next;
    }
}
