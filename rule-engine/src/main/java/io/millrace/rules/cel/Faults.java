package io.millrace.rules.cel;

import dev.cel.common.ast.CelExpr;
import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Fault;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Finds where a compiled expression can fail. One instance looks at one expression. */
final class Faults {

    private static final Set<String> LOGIC = Set.of("_&&_", "_||_", "!_");
    private static final Set<String> COMPARISONS = Set.of("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_");
    private static final Set<Kind> COMPARED = Set.of(Kind.NUMBER, Kind.BOOL, Kind.TEXT, Kind.TIME);
    /** Their results are missing in the course of things: no sample yet, no value before. */
    private static final List<Family> OFTEN_MISSING = List.of(new Windows(), new LastN(), new Past(), new Presence());

    private static final Fault.Any NOTHING = new Fault.Any(frame -> BooleanExpression.TRUE, List.of());

    private final Outline outline;
    private final Map<Long, Term> terms;
    private final Function<CelExpr, Optional<Fault>> named;

    /** @param named where the expression can fail that a variable or record stands for */
    Faults(Outline outline, Map<Long, Term> terms, Function<CelExpr, Optional<Fault>> named) {
        this.outline = outline;
        this.terms = terms;
        this.named = named;
    }

    Optional<Fault> of(CelExpr node) {
        Term term = terms.get(node.id());
        if (term == null) {
            return Optional.empty();
        }
        if (node.getKind() == CelExpr.ExprKind.Kind.IDENT) {
            return named.apply(node);
        }
        List<CelExpr> children = Outline.children(node);
        if (node.getKind() != CelExpr.ExprKind.Kind.CALL) {
            return any(term, children);
        }
        String function = node.call().function();
        if (function.equals("_?_:_")) {
            List<Fault> parts =
                    children.stream().map(child -> of(child).orElse(NOTHING)).toList();
            return parts.stream().allMatch(NOTHING::equals)
                    ? Optional.empty()
                    : Optional.of(new Fault.Choice(
                            term.present(), condition(children.get(0)), parts.get(0), parts.get(1), parts.get(2)));
        }
        return cannotFail(node, children)
                ? any(term, children)
                : Optional.of(operation(node, function, term, children));
    }

    private boolean cannotFail(CelExpr node, List<CelExpr> children) {
        String function = node.call().function();
        if (COMPARISONS.contains(function)) {
            List<Kind> kinds = children.stream()
                    .flatMap(this::term)
                    .map(Term::kind)
                    .distinct()
                    .toList();
            return kinds.size() == 1 && COMPARED.contains(kinds.get(0));
        }
        String key = Family.key(function, node.call().target().isPresent());
        return LOGIC.contains(function)
                || OFTEN_MISSING.stream()
                        .anyMatch(family -> family.definitions().containsKey(key));
    }

    private Fault operation(CelExpr node, String function, Term term, List<CelExpr> children) {
        List<Term> operands = children.stream().flatMap(this::term).toList();
        return new Fault.Operation(
                outline.text(node).strip().replaceAll("\\s+", " "),
                function,
                term.present(),
                operands.stream().map(Term::present).toList(),
                operands.stream().map(Term::value).toList(),
                new Fault.Any(term.present(), parts(children)));
    }

    private Optional<Fault> any(Term term, List<CelExpr> children) {
        List<Fault> parts = parts(children);
        return parts.isEmpty() ? Optional.empty() : Optional.of(new Fault.Any(term.present(), parts));
    }

    private List<Fault> parts(List<CelExpr> children) {
        return children.stream().flatMap(child -> of(child).stream()).toList();
    }

    private Stream<Term> term(CelExpr node) {
        return Stream.ofNullable(terms.get(node.id()));
    }

    private BooleanExpression condition(CelExpr node) {
        return term(node).findFirst().orElseThrow().flag();
    }
}
