package io.millrace.rules.model;

import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.Inputs;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * One severity of an alert that has several. Each comes and goes as a rule of its own would; the highest that holds is the
 * alert's.
 *
 * @param resolve what ends it; empty = not {@code expr}
 * @param holdFor {@code for}: {@code expr} must hold that long, unless a higher level holds already
 * @param keepFiringFor the end must hold that long
 */
public record Level(
        Severity severity, Condition expr, Optional<Condition> resolve, Duration holdFor, Duration keepFiringFor) {

    /** From the lowest to the highest. */
    public enum Severity {
        INFO,
        WARNING,
        CRITICAL;

        /** As in rule files, templates and alert events. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Inputs inputs() {
        return resolve.map(condition -> expr.inputs().and(condition.inputs())).orElse(expr.inputs());
    }
}
