package io.millrace.rules.cel;

import dev.cel.common.ast.CelExpr;
import io.millrace.rules.expression.ConditionPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Takes a condition apart where logic joins it, so that each piece can be asked and shown alone. */
final class Parts {

    private static final Set<String> LOGIC = Set.of("_&&_", "_||_", "!_", "_?_:_");
    private static final Map<String, String> COMPARISONS =
            Map.of("_==_", "==", "_!=_", "!=", "_<_", "<", "_<=_", "<=", "_>_", ">", "_>=_", ">=", "@in", "in");

    private final Outline outline;
    private final Map<Long, Term> terms;
    private final List<ConditionPart> parts = new ArrayList<>();

    private Parts(Outline outline, Map<Long, Term> terms) {
        this.outline = outline;
        this.terms = terms;
    }

    /** In the order of the text; empty for what is no condition. */
    static List<ConditionPart> of(CelExpr root, Outline outline, Map<Long, Term> terms) {
        Parts parts = new Parts(outline, terms);
        parts.collect(root);
        return parts.parts;
    }

    private void collect(CelExpr node) {
        boolean call = node.getKind() == CelExpr.ExprKind.Kind.CALL;
        String function = call ? node.call().function() : "";
        if (LOGIC.contains(function)) {
            node.call().args().forEach(this::collect);
            return;
        }
        Term term = terms.get(node.id());
        if (term == null || term.kind() != Kind.BOOL && term.kind() != Kind.ANY) {
            return;
        }
        String text = outline.text(node).strip().replaceAll("\\s+", " ");
        String operator = COMPARISONS.getOrDefault(function, "");
        List<CelExpr> operands =
                operator.isEmpty() ? List.of(node) : node.call().args();
        parts.add(new ConditionPart(
                text,
                term.flag(),
                operator,
                operands.stream()
                        .flatMap(operand -> java.util.stream.Stream.ofNullable(terms.get(operand.id())))
                        .map(Term::value)
                        .toList()));
    }
}
