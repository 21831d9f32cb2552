package io.millrace.rules.cel;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import io.millrace.rules.expression.FieldDeclaration;
import io.millrace.rules.expression.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is well-formed and probably not meant: comparisons that cannot change (W304), fractions compared exactly (W307). */
final class Doubts {

    private static final Set<String> COMPARISONS = Set.of("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_");

    private final Names.Resolved expression;
    private final Outline outline;
    private final Scope scope;
    private final List<Doubt> found = new ArrayList<>();

    /** One warning about the whole expression. */
    record Doubt(String code, String message, String help) {}

    private Doubts(Names.Resolved expression, Scope scope) {
        this.expression = expression;
        this.outline = new Outline(expression);
        this.scope = scope;
    }

    static List<Doubt> about(Names.Resolved expression, Scope scope) {
        Doubts doubts = new Doubts(expression, scope);
        doubts.look(expression.tree());
        return List.copyOf(doubts.found);
    }

    private void look(CelExpr node) {
        if (node.getKind() == CelExpr.ExprKind.Kind.CALL
                && COMPARISONS.contains(node.call().function())) {
            CelExpr left = node.call().args().get(0);
            CelExpr right = node.call().args().get(1);
            String operator = Checker.operator(node.call().function());
            if (isNumber(right)) {
                compare(node, left, operator, right.constant().doubleValue());
            } else if (isNumber(left)) {
                compare(node, right, mirrored(operator), left.constant().doubleValue());
            }
        }
        Outline.children(node).forEach(this::look);
    }

    private static boolean isNumber(CelExpr node) {
        return node.getKind() == CelExpr.ExprKind.Kind.CONSTANT
                && node.constant().getKind() == CelConstant.Kind.DOUBLE_VALUE;
    }

    private static String mirrored(String operator) {
        return switch (operator) {
            case "<" -> ">";
            case "<=" -> ">=";
            case ">" -> "<";
            case ">=" -> "<=";
            default -> operator;
        };
    }

    private void compare(CelExpr node, CelExpr operand, String operator, double bound) {
        boolean equality = operator.equals("==") || operator.equals("!=");
        if (equality && bound != Math.rint(bound) && !isNumber(operand)) {
            found.add(new Doubt(
                    "W307",
                    "`" + outline.text(node) + "` compares a fractional number exactly",
                    "compare with a tolerance: `math.abs(" + outline.text(operand) + " - " + Numbers.text(bound)
                            + ") < 0.1`"));
            return;
        }
        if (operand.getKind() == CelExpr.ExprKind.Kind.IDENT
                && expression.names().get(operand.ident().name()) instanceof Name.OfField field) {
            FieldDeclaration range = scope.declaration(field);
            verdict(range, operator, bound)
                    .ifPresent(verdict -> found.add(new Doubt(
                            "W304",
                            "`" + outline.text(node) + "` is " + verdict + " true",
                            field.written() + " is declared " + description(range)
                                    + "; other values count as missing")));
        }
    }

    private static Optional<String> verdict(FieldDeclaration range, String operator, double bound) {
        double min = Double.isNaN(range.min()) ? Double.NEGATIVE_INFINITY : range.min();
        double max = Double.isNaN(range.max()) ? Double.POSITIVE_INFINITY : range.max();
        boolean outside = bound < min || bound > max;
        boolean never =
                switch (operator) {
                    case ">" -> max <= bound;
                    case ">=" -> max < bound;
                    case "<" -> min >= bound;
                    case "<=" -> min > bound;
                    case "==" -> outside;
                    default -> false;
                };
        boolean always =
                switch (operator) {
                    case ">" -> min > bound;
                    case ">=" -> min >= bound;
                    case "<" -> max < bound;
                    case "<=" -> max <= bound;
                    case "!=" -> outside;
                    default -> false;
                };
        return never ? Optional.of("never") : always ? Optional.of("always") : Optional.empty();
    }

    private static String description(FieldDeclaration range) {
        if (Double.isNaN(range.min())) {
            return "at most " + Numbers.text(range.max());
        }
        return Double.isNaN(range.max())
                ? "at least " + Numbers.text(range.min())
                : "from " + Numbers.text(range.min()) + " to " + Numbers.text(range.max());
    }
}
