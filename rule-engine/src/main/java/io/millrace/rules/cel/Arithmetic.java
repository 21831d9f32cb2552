package io.millrace.rules.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import io.millrace.rules.expression.Bounds;
import io.millrace.rules.expression.NumberExpression;
import io.millrace.rules.expression.Numbers;
import io.millrace.rules.expression.TextExpression;
import io.millrace.rules.expression.ValueExpression;
import java.util.Collections;
import java.util.function.DoubleUnaryOperator;

/** Calculation. Every number is a double; what has no finite result is unknown. */
final class Arithmetic extends Family {

    private static final CelType NUMBER = SimpleType.DOUBLE;
    private static final CelType TEXT = SimpleType.STRING;
    private static final int MOST_ARGUMENTS = 8;

    private interface Binary {
        double apply(double a, double b);
    }

    Arithmetic() {
        function("_+_", Arithmetic::plus).takes(NUMBER, NUMBER, NUMBER).takes(TEXT, TEXT, TEXT);
        binary("_-_", (a, b) -> a - b);
        binary("_*_", (a, b) -> a * b);
        binary("_/_", (a, b) -> a / b);
        binary("_%_", Arithmetic::remainder);
        unary("-_", a -> -a);
        unary("math.abs", Math::abs);
        unary("math.ceil", Math::ceil);
        unary("math.floor", Math::floor);
        unary("math.round", a -> Math.copySign(Math.floor(Math.abs(a) + 0.5), a));
        unary("math.trunc", Arithmetic::whole);
        unary("math.sign", Math::signum);
        unary("math.sqrt", Math::sqrt);
        many("math.least", Math::min);
        many("math.greatest", Math::max);
        function("int", call -> Term.number(converted(call.argument(0), true)))
                .takes(NUMBER, NUMBER)
                .takes(NUMBER, TEXT);
        function("double", call -> Term.number(converted(call.argument(0), false)))
                .takes(NUMBER, NUMBER)
                .takes(NUMBER, TEXT);
        function("fixed", Arithmetic::fixed).takes(TEXT, NUMBER, NUMBER);
    }

    private void unary(String name, DoubleUnaryOperator operator) {
        function(name, call -> {
                    NumberExpression a = call.argument(0).number();
                    return Term.number(frame -> Term.finite(operator.applyAsDouble(a.num(frame))));
                })
                .takes(NUMBER, NUMBER);
    }

    private void binary(String name, Binary operator) {
        function(name, call -> {
                    NumberExpression a = call.argument(0).number();
                    NumberExpression b = call.argument(1).number();
                    return Term.number(frame -> Term.finite(operator.apply(a.num(frame), b.num(frame))));
                })
                .takes(NUMBER, NUMBER, NUMBER);
    }

    private void many(String name, Binary operator) {
        Definition definition = function(name, call -> {
            NumberExpression[] all = call.arguments().stream().map(Term::number).toArray(NumberExpression[]::new);
            return Term.number(frame -> {
                double result = all[0].num(frame);
                for (int i = 1; i < all.length; i++) {
                    result = operator.apply(result, all[i].num(frame)); // NaN stays NaN
                }
                return result;
            });
        });
        for (int i = 1; i <= MOST_ARGUMENTS; i++) {
            definition.takes(NUMBER, Collections.nCopies(i, NUMBER).toArray(CelType[]::new));
        }
    }

    private static Term plus(Call call) {
        NumberExpression a = call.argument(0).number();
        NumberExpression b = call.argument(1).number();
        NumberExpression sum = frame -> Term.finite(a.num(frame) + b.num(frame));
        TextExpression first = call.argument(0).text();
        TextExpression second = call.argument(1).text();
        TextExpression both = frame -> {
            String head = first.text(frame);
            String tail = head == null ? null : second.text(frame);
            return head == null || tail == null || head.length() + tail.length() > Bounds.COMPOSED ? null : head + tail;
        };
        ValueExpression value = frame -> {
            Object number = Term.boxed(sum.num(frame));
            return number == null ? both.text(frame) : number;
        };
        return Term.any(sum, frame -> io.millrace.rules.expression.BooleanExpression.UNKNOWN, both, value)
                .as(call.result());
    }

    private static double remainder(double a, double b) {
        return a == Math.rint(a) && b == Math.rint(b) ? a % b + 0.0 : Double.NaN;
    }

    private static double whole(double number) {
        return number < 0 ? Math.ceil(number) : Math.floor(number);
    }

    private static NumberExpression converted(Term term, boolean whole) {
        NumberExpression number = frame -> {
            double found = term.number().num(frame);
            String text = Double.isNaN(found) ? term.text().text(frame) : null;
            return text == null ? found : Numbers.parse(text);
        };
        return whole ? frame -> whole(number.num(frame)) + 0.0 : number;
    }

    private static Term fixed(Call call) throws Refused {
        if (!(call.argument(1).constant() instanceof Double decimals)
                || decimals != Math.rint(decimals)
                || decimals < 0
                || decimals > 15) {
            throw call.refuse(
                    "E206", 1, "the number of decimals must be a constant from 0 to 15", "fixed(temperature, 1)");
        }
        int places = decimals.intValue();
        NumberExpression number = call.argument(0).number();
        return Term.text(frame -> {
            double found = number.num(frame);
            return Double.isNaN(found) ? null : Numbers.fixed(found, places);
        });
    }
}
