package io.millrace.rules.expression;

import io.millrace.rules.source.SourcePosition;
import java.util.List;
import java.util.Optional;

/**
 * A condition of a rule: what to test, what it reads, and the words it was written in.
 *
 * @param value the left operand of the comparison that decides, for {@code ${value}}: the first one in the text that is true
 * @param nextChange when time alone will change the result
 * @param parts to be shown one by one
 * @param fault where it can fail; empty if it cannot
 * @param claim what can be said of it before there is telemetry
 */
public record Condition(
        BooleanExpression expression,
        ValueExpression value,
        Inputs inputs,
        NextChange nextChange,
        List<ConditionPart> parts,
        Optional<Fault> fault,
        String text,
        SourcePosition position,
        Claim claim) {

    public Condition {
        parts = List.copyOf(parts);
    }

    /** {@link BooleanExpression#FALSE}, {@link BooleanExpression#TRUE} or {@link BooleanExpression#UNKNOWN}. */
    public int test(Frame frame) {
        return expression.test(frame);
    }

    @Override
    public String toString() {
        return text;
    }
}
