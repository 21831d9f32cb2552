package io.millrace.rules.model;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Claim;
import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.Fault;
import io.millrace.rules.expression.Inputs;
import io.millrace.rules.expression.NextChange;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * When an instance of a rule fires and when it stops. There are {@code levels}, or at least one of {@code expr} and
 * {@code absentFor}; with both of these, either makes it true.
 *
 * @param resolve what ends firing; empty = not {@code expr}
 * @param absentFor true when no message came from the device for that long
 * @param levels from the highest to the lowest; empty = the rule has one condition
 */
public record Trigger(
        Optional<Condition> expr,
        Optional<Condition> resolve,
        Optional<Duration> absentFor,
        List<Level> levels,
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
        if (expr.isEmpty() && absentFor.isEmpty() == levels.isEmpty() || expr.isPresent() && !levels.isEmpty()) {
            throw new IllegalArgumentException("expected levels, or expr, absent_for or both");
        }
        levels = levels.stream()
                .sorted(Comparator.comparing(Level::severity).reversed())
                .toList();
    }

    public Inputs inputs() {
        Inputs inputs = expr.map(Condition::inputs).orElse(Inputs.NONE);
        if (resolve.isPresent()) {
            inputs = inputs.and(resolve.get().inputs());
        }
        for (Level level : levels) {
            inputs = inputs.and(level.inputs());
        }
        return inputs;
    }

    /** What must come to hold for it to become true: of its condition, or of each level's. */
    public List<Claim> claims() {
        return Stream.concat(expr.stream(), levels.stream().map(Level::expr))
                .map(Condition::claim)
                .toList();
    }

    /** When time alone changes the result of a condition; {@link NextChange#NEVER} if messages must come for that. */
    public NextChange nextChange() {
        Stream<Condition> own = Stream.of(expr, resolve).flatMap(Optional::stream);
        Stream<Condition> ofLevels =
                levels.stream().flatMap(level -> Stream.concat(Stream.of(level.expr()), level.resolve().stream()));
        List<NextChange> all = Stream.concat(own, ofLevels)
                .map(Condition::nextChange)
                .filter(change -> change != NextChange.NEVER)
                .toList();
        return NextChange.firstOf(all);
    }

    /** Where {@code expr} or one of the levels can fail; empty if nowhere. */
    public Optional<Fault> fault() {
        List<Fault> faults = Stream.concat(expr.stream(), levels.stream().map(Level::expr))
                .flatMap(condition -> condition.fault().stream())
                .toList();
        return faults.isEmpty()
                ? Optional.empty()
                : Optional.of(new Fault.Any(frame -> BooleanExpression.FALSE, faults));
    }
}
