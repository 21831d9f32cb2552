package io.millrace.rules.expression;

import io.millrace.rules.source.SourcePosition;
import java.util.List;

/**
 * A condition of a rule: what to test, what it reads, and the words it was written in.
 *
 * @param value the left operand of the comparison that decides, for {@code ${value}}: the first one in the text that is true
 * @param nextChange when time alone will change the result
 * @param parts to be shown one by one
 * @param claim what can be said of it before there is telemetry
 */
public record Condition(
        BooleanExpression expression,
        ValueExpression value,
        Inputs inputs,
        NextChange nextChange,
        List<ConditionPart> parts,
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
