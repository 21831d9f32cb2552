package io.millrace.rules.cel;

import static io.millrace.rules.expression.BooleanExpression.FALSE;
import static io.millrace.rules.expression.BooleanExpression.TRUE;
import static io.millrace.rules.expression.BooleanExpression.UNKNOWN;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.NumberExpression;
import io.millrace.rules.expression.TextExpression;
import io.millrace.rules.expression.ValueExpression;
import java.util.ArrayList;
import java.util.List;

/** Comparison and {@code in}. Values of different types are neither equal nor different: unknown. */
final class Comparisons extends Family {

    private static final CelType A = TypeParamType.create("A");

    Comparisons() {
        CelType bool = SimpleType.BOOL;
        function("_==_", call -> Term.flag(equal(call.argument(0), call.argument(1))))
                .takes(bool, A, A);
        function("_!=_", call -> Term.flag(Logic.not(equal(call.argument(0), call.argument(1)))))
                .takes(bool, A, A);
        order("_<_", (a, b) -> a < b, sign -> sign < 0);
        order("_<=_", (a, b) -> a <= b, sign -> sign <= 0);
        order("_>_", (a, b) -> a > b, sign -> sign > 0);
        order("_>=_", (a, b) -> a >= b, sign -> sign >= 0);
        function("@in", call -> Term.flag(in(call.argument(0), call.argument(1))))
                .takes(bool, A, ListType.create(A));
    }

    private interface NumberOrder {
        boolean holds(double a, double b);
    }

    private interface TextOrder {
        boolean holds(int sign);
    }

    private void order(String operator, NumberOrder numbers, TextOrder texts) {
        function(operator, call -> Term.flag(ordered(call.argument(0), call.argument(1), operator, numbers, texts)))
                .takes(SimpleType.BOOL, SimpleType.DOUBLE, SimpleType.DOUBLE)
                .takes(SimpleType.BOOL, SimpleType.STRING, SimpleType.STRING)
                .takes(SimpleType.BOOL, SimpleType.TIMESTAMP, SimpleType.TIMESTAMP);
    }

    private static BooleanExpression ordered(
            Term left, Term right, String operator, NumberOrder numbers, TextOrder texts) {
        BooleanExpression byNumber = orderedNumbers(left, right, operator, numbers);
        Kind kind = common(left, right);
        if (kind == Kind.NUMBER || kind == Kind.TIME) {
            return byNumber;
        }
        BooleanExpression byText = orderedTexts(left.text(), right.text(), texts);
        return kind == Kind.TEXT ? byText : either(byNumber, byText);
    }

    /** The path of nearly every rule, so each operator has its own closure, and a literal on the right one more. */
    private static BooleanExpression orderedNumbers(Term left, Term right, String operator, NumberOrder order) {
        NumberExpression a = left.number();
        NumberExpression b = right.number();
        if (right.constant() instanceof Double limit) {
            double bound = limit;
            return switch (operator) {
                case "_<_" ->
                    frame -> {
                        double x = a.num(frame);
                        return x < bound ? TRUE : x >= bound ? FALSE : UNKNOWN;
                    };
                case "_<=_" ->
                    frame -> {
                        double x = a.num(frame);
                        return x <= bound ? TRUE : x > bound ? FALSE : UNKNOWN;
                    };
                case "_>_" ->
                    frame -> {
                        double x = a.num(frame);
                        return x > bound ? TRUE : x <= bound ? FALSE : UNKNOWN;
                    };
                default ->
                    frame -> {
                        double x = a.num(frame);
                        return x >= bound ? TRUE : x < bound ? FALSE : UNKNOWN;
                    };
            };
        }
        return frame -> {
            double x = a.num(frame);
            double y = b.num(frame);
            return Double.isNaN(x) || Double.isNaN(y) ? UNKNOWN : BooleanExpression.of(order.holds(x, y));
        };
    }

    private static BooleanExpression orderedTexts(TextExpression a, TextExpression b, TextOrder order) {
        return frame -> {
            String x = a.text(frame);
            String y = x == null ? null : b.text(frame);
            return x == null || y == null ? UNKNOWN : BooleanExpression.of(order.holds(compareCodePoints(x, y)));
        };
    }

    /** CEL orders texts by code points; String.compareTo would by UTF-16 units. */
    private static int compareCodePoints(String x, String y) {
        int length = Math.min(x.length(), y.length());
        for (int i = 0; i < length; i++) {
            char a = x.charAt(i);
            char b = y.charAt(i);
            if (a != b) {
                return Character.isSurrogate(a) == Character.isSurrogate(b) ? a - b : Character.isSurrogate(a) ? 1 : -1;
            }
        }
        return x.length() - y.length();
    }

    static BooleanExpression equal(Term left, Term right) {
        return switch (common(left, right)) {
            case NUMBER, TIME -> equalNumbers(left.number(), right.number());
            case BOOL -> equalFlags(left.flag(), right.flag());
            case TEXT -> equalTexts(left.text(), right.text());
            case LIST, VERSION -> equalValues(left.value(), right.value());
            case ANY ->
                either(
                        equalNumbers(left.number(), right.number()),
                        either(equalFlags(left.flag(), right.flag()), equalTexts(left.text(), right.text())));
        };
    }

    private static BooleanExpression equalNumbers(NumberExpression a, NumberExpression b) {
        return frame -> {
            double x = a.num(frame);
            double y = b.num(frame);
            return x == y ? TRUE : Double.isNaN(x) || Double.isNaN(y) ? UNKNOWN : FALSE;
        };
    }

    private static BooleanExpression equalFlags(BooleanExpression a, BooleanExpression b) {
        return frame -> {
            int x = a.test(frame);
            int y = b.test(frame);
            return x == UNKNOWN || y == UNKNOWN ? UNKNOWN : BooleanExpression.of(x == y);
        };
    }

    private static BooleanExpression equalTexts(TextExpression a, TextExpression b) {
        return frame -> {
            String x = a.text(frame);
            String y = x == null ? null : b.text(frame);
            return x == null || y == null ? UNKNOWN : BooleanExpression.of(x.equals(y));
        };
    }

    private static BooleanExpression equalValues(ValueExpression a, ValueExpression b) {
        return frame -> {
            Object x = a.value(frame);
            Object y = b.value(frame);
            return x == null || y == null ? UNKNOWN : BooleanExpression.of(x.equals(y));
        };
    }

    private static BooleanExpression in(Term needle, Term haystack) {
        if (haystack.constant() instanceof List<?> terms) {
            List<BooleanExpression> tests = new ArrayList<>();
            for (Object term : terms) {
                tests.add(equal(needle, (Term) term));
            }
            BooleanExpression[] each = tests.toArray(BooleanExpression[]::new);
            return frame -> {
                int result = FALSE;
                for (BooleanExpression test : each) {
                    int one = test.test(frame);
                    if (one == TRUE) {
                        return TRUE;
                    }
                    result = Math.max(result, one);
                }
                return result;
            };
        }
        ValueExpression list = haystack.value();
        ValueExpression value = needle.value();
        return frame -> {
            Object found = value.value(frame);
            return found != null && list.value(frame) instanceof List<?> elements
                    ? BooleanExpression.of(elements.contains(found))
                    : UNKNOWN;
        };
    }

    /** The one of two results that is known; at most one type fits both operands. */
    private static BooleanExpression either(BooleanExpression one, BooleanExpression other) {
        return frame -> {
            int result = one.test(frame);
            return result == UNKNOWN ? other.test(frame) : result;
        };
    }

    private static Kind common(Term left, Term right) {
        return left.kind() == Kind.ANY ? right.kind() : left.kind();
    }
}
