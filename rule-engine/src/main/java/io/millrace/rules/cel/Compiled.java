package io.millrace.rules.cel;

import io.millrace.rules.expression.Inputs;
import io.millrace.rules.expression.NextChange;
import io.millrace.rules.expression.ValueExpression;
import java.util.List;

/**
 * What a tree became.
 *
 * @param decisive for {@code ${value}}
 * @param normal the expression in a form that spelling does not change, names resolved: the same for what means the same
 * @param cost of one evaluation
 */
record Compiled(
        Term term,
        ValueExpression decisive,
        Inputs inputs,
        NextChange nextChange,
        String normal,
        int cost,
        List<Doubts.Doubt> doubts) {}
