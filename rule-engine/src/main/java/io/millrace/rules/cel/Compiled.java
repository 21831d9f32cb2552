package io.millrace.rules.cel;

import io.millrace.rules.expression.Claim;
import io.millrace.rules.expression.ConditionPart;
import io.millrace.rules.expression.Fault;
import io.millrace.rules.expression.Inputs;
import io.millrace.rules.expression.NextChange;
import io.millrace.rules.expression.ValueExpression;
import java.util.List;
import java.util.Optional;

/**
 * What a tree became.
 *
 * @param decisive for {@code ${value}}
 * @param parts what stands between its {@code &&}, {@code ||} and {@code !}
 * @param fault where it can fail although nothing is missing
 * @param normal the expression in a form that spelling does not change, names resolved: the same for what means the same
 * @param cost of one evaluation
 * @param named whether it uses a variable or a record, so that the words alone do not say what it means
 */
record Compiled(
        Term term,
        ValueExpression decisive,
        Inputs inputs,
        NextChange nextChange,
        List<ConditionPart> parts,
        Optional<Fault> fault,
        String normal,
        int cost,
        boolean named,
        List<Doubts.Doubt> doubts,
        Claim claim) {

    /** In the place of an expression that is wrong, whose name is used elsewhere: one mistake, one problem. */
    static final Compiled MISSING = new Compiled(
            Term.boxed(frame -> null),
            frame -> null,
            Inputs.NONE,
            NextChange.NEVER,
            List.of(),
            Optional.empty(),
            "",
            0,
            true,
            List.of(),
            Claim.OPAQUE);
}
