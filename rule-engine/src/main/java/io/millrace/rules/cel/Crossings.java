package io.millrace.rules.cel;

import dev.cel.common.ast.CelExpr;
import io.millrace.rules.expression.Inputs;
import io.millrace.rules.expression.Slots;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds the fields with which an expression does nothing but compare them with numbers that are written in it: its result can only
 * change when such a field crosses such a number.
 */
final class Crossings {

    private static final Set<String> ORDERS = Set.of("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_");
    private static final Set<String> JUNCTIONS = Set.of("_&&_", "_||_", "!_", "_?_:_");

    private final Names.Resolved expression;
    private final Scope scope;
    private final Locals locals;
    private final Map<Integer, SortedSet<Double>> constants = new HashMap<>();
    /** Read in other ways. */
    private final BitSet others = new BitSet();

    private Crossings(Names.Resolved expression, Scope scope, Locals locals) {
        this.expression = expression;
        this.scope = scope;
        this.locals = locals;
    }

    /** By slot of the field. */
    static Map<Integer, SortedSet<Double>> of(Names.Resolved expression, Scope scope, Locals locals) {
        Crossings crossings = new Crossings(expression, scope, locals);
        crossings.condition(expression.tree());
        crossings.constants.keySet().removeIf(crossings.others::get);
        return crossings.constants;
    }

    private void condition(CelExpr node) {
        if (node.getKind() == CelExpr.ExprKind.Kind.CALL) {
            String function = node.call().function();
            if (JUNCTIONS.contains(function)) {
                node.call().args().forEach(this::condition);
                return;
            }
            if (ORDERS.contains(function)
                    && (compared(node.call().args().get(0), node.call().args().get(1))
                            || compared(
                                    node.call().args().get(1),
                                    node.call().args().get(0)))) {
                return;
            }
        }
        if (name(node).orElse(null) instanceof Name.Local local) {
            Inputs inputs = locals.meaning(local).inputs();
            inputs.compared().forEach((slot, found) -> add(slot, found));
            otherwise(inputs.fields(), inputs.compared().keySet());
            return;
        }
        value(node);
    }

    private boolean compared(CelExpr operand, CelExpr constant) {
        Optional<Double> number =
                Claims.constant(constant).filter(Double.class::isInstance).map(Double.class::cast);
        if (number.isEmpty() || !(name(operand).orElse(null) instanceof Name.OfField field)) {
            return false;
        }
        add(slot(field), Set.of(number.get()));
        return true;
    }

    private void add(int slot, Set<Double> found) {
        constants.computeIfAbsent(slot, key -> new TreeSet<>()).addAll(found);
    }

    /** Whatever is read in there may change the result with every other value. */
    private void value(CelExpr node) {
        Name name = name(node).orElse(null);
        if (name instanceof Name.OfField field) {
            others.set(slot(field));
        } else if (name instanceof Name.Local local) {
            otherwise(locals.meaning(local).inputs().fields(), Set.of());
        }
        Outline.children(node).forEach(this::value);
    }

    private void otherwise(Slots fields, Set<Integer> except) {
        for (int slot : fields.toArray()) {
            if (!except.contains(slot)) {
                others.set(slot);
            }
        }
    }

    private int slot(Name.OfField field) {
        return scope.slots()
                .field(field.written(), field.path(), scope.declaration(field))
                .slot();
    }

    private Optional<Name> name(CelExpr node) {
        return node.getKind() == CelExpr.ExprKind.Kind.IDENT
                ? Optional.ofNullable(expression.names().get(node.ident().name()))
                : Optional.empty();
    }
}
