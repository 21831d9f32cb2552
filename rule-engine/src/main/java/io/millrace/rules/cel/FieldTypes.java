package io.millrace.rules.cel;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Guesses the types of undeclared fields from how a file uses them. A use that admits one type only ({@code !x}, {@code x * 2},
 * {@code x.contains("a")}) outweighs a comparison with a literal; if uses of the same weight disagree nothing is assumed.
 */
final class FieldTypes {

    private static final Set<String> ORDER = Set.of("_<_", "_<=_", "_>_", "_>=_");
    private static final Set<String> EQUALITY = Set.of("_==_", "_!=_");
    private static final Set<String> ARITHMETIC = Set.of("_-_", "_*_", "_/_", "_%_", "-_");
    private static final Set<String> LOGIC = Set.of("_&&_", "_||_", "!_");
    private static final Set<String> OF_NUMBERS = Set.of(
            "fixed",
            "avg_over_time",
            "sum_over_time",
            "min_over_time",
            "max_over_time",
            "stddev_over_time",
            "delta",
            "deriv",
            "rate",
            "increase",
            "resets",
            "avg_over_last",
            "sum_over_last",
            "min_over_last",
            "max_over_last");
    private static final Set<String> OF_FLAGS = Set.of("ratio_over_time", "held", "since");
    private static final Set<String> OF_TEXTS = Set.of("startsWith", "endsWith", "contains", "matches");

    private final Map<List<String>, Kind> certain = new HashMap<>();
    private final Map<List<String>, Kind> likely = new HashMap<>();

    Kind kind(List<String> path) {
        Kind sure = certain.getOrDefault(path, Kind.ANY);
        return certain.containsKey(path) ? sure : likely.getOrDefault(path, Kind.ANY);
    }

    void learn(String text) {
        Names.Resolved resolved;
        try {
            resolved = Names.resolve(text, name -> {}, false, Set.of());
        } catch (Refused mistake) {
            return; // it will be reported when it is compiled
        }
        if (isField(resolved.tree(), resolved)) {
            return; // a condition that is one bare name says nothing that could be trusted
        }
        walk(resolved.tree(), resolved);
    }

    private void walk(CelExpr node, Names.Resolved resolved) {
        if (node.getKind() == CelExpr.ExprKind.Kind.LIST) {
            node.list().elements().forEach(element -> walk(element, resolved));
        }
        if (node.getKind() != CelExpr.ExprKind.Kind.CALL) {
            return;
        }
        CelExpr.CelCall call = node.call();
        String function = call.function();
        List<CelExpr> arguments = call.args();
        if (ARITHMETIC.contains(function) || function.startsWith("math.")) {
            arguments.forEach(argument -> note(certain, argument, Kind.NUMBER, resolved));
        } else if (LOGIC.contains(function)) {
            arguments.forEach(argument -> note(certain, argument, Kind.BOOL, resolved));
        } else if (function.equals("_?_:_")) {
            note(certain, arguments.get(0), Kind.BOOL, resolved);
        } else if (OF_NUMBERS.contains(function) && !arguments.isEmpty()) {
            note(certain, arguments.get(0), Kind.NUMBER, resolved);
        } else if (function.equals("quantile_over_last") && arguments.size() > 1) {
            note(certain, arguments.get(1), Kind.NUMBER, resolved);
        } else if (OF_FLAGS.contains(function) && !arguments.isEmpty()) {
            note(certain, arguments.get(0), Kind.BOOL, resolved);
        } else if (ORDER.contains(function) || EQUALITY.contains(function)) {
            compare(arguments.get(0), arguments.get(1), ORDER.contains(function), resolved);
            compare(arguments.get(1), arguments.get(0), ORDER.contains(function), resolved);
        } else if (OF_TEXTS.contains(function)) {
            call.target().ifPresent(target -> note(certain, target, Kind.TEXT, resolved));
        }
        call.target().ifPresent(target -> walk(target, resolved));
        arguments.forEach(argument -> walk(argument, resolved));
    }

    private void compare(CelExpr side, CelExpr other, boolean ordered, Names.Resolved resolved) {
        Kind kind = other.getKind() == CelExpr.ExprKind.Kind.CONSTANT ? kind(other.constant()) : Kind.ANY;
        note(ordered && kind == Kind.NUMBER ? certain : likely, side, kind, resolved);
    }

    private static Kind kind(CelConstant constant) {
        return switch (constant.getKind()) {
            case DOUBLE_VALUE -> Kind.NUMBER;
            case BOOLEAN_VALUE -> Kind.BOOL;
            case STRING_VALUE -> Kind.TEXT;
            default -> Kind.ANY;
        };
    }

    private static boolean isField(CelExpr node, Names.Resolved resolved) {
        return node.getKind() == CelExpr.ExprKind.Kind.IDENT
                && resolved.names().get(node.ident().name()) instanceof Name.OfField;
    }

    private static void note(Map<List<String>, Kind> notes, CelExpr node, Kind kind, Names.Resolved resolved) {
        if (kind != Kind.ANY
                && isField(node, resolved)
                && resolved.names().get(node.ident().name()) instanceof Name.OfField field) {
            notes.merge(field.path(), kind, (one, two) -> one == two ? one : Kind.ANY);
        }
    }
}
