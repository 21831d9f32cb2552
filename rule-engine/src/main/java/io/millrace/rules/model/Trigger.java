package io.millrace.rules.model;

import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.Inputs;
import java.time.Duration;
import java.util.Optional;

/**
 * When an instance of a rule fires and when it stops. At least one of {@code expr} and {@code absentFor} is there; with both, either
 * makes it true.
 *
 * @param resolve what ends firing; empty = not {@code expr}
 * @param absentFor true when no message came from the device for that long
 */
public record Trigger(
        Optional<Condition> expr,
        Optional<Condition> resolve,
        Optional<Duration> absentFor,
        Missing missing,
        Initial initial,
        Mode mode) {

    /** What unknown means. */
    public enum Missing {
        /** A pending instance goes back to inactive, a firing one stays. */
        HOLD,
        FALSE,
        TRUE
    }

    /** What to do with a condition that is already true when the rule or the device is first seen. */
    public enum Initial {
        FIRE,
        WAIT
    }

    /** When firing actions run. */
    public enum Mode {
        /** On the change to firing. */
        EDGE,
        /** On every matching message while firing. */
        LEVEL
    }

    public Trigger {
        if (expr.isEmpty() && absentFor.isEmpty()) {
            throw new IllegalArgumentException("neither expr nor absent_for");
        }
    }

    public Inputs inputs() {
        Inputs first = expr.map(Condition::inputs).orElse(Inputs.NONE);
        return resolve.map(condition -> first.and(condition.inputs())).orElse(first);
    }
}
