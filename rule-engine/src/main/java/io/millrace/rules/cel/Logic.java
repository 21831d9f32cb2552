package io.millrace.rules.cel;

import static io.millrace.rules.expression.BooleanExpression.FALSE;
import static io.millrace.rules.expression.BooleanExpression.TRUE;
import static io.millrace.rules.expression.BooleanExpression.UNKNOWN;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Frame;

/** {@code &&}, {@code ||}, {@code !}, {@code ?:} by CEL's table: what is unknown matters only where it decides. */
final class Logic extends Family {

    private static final CelType A = TypeParamType.create("A");

    Logic() {
        CelType bool = SimpleType.BOOL;
        function(
                        "_&&_",
                        call -> Term.flag(
                                and(call.argument(0).flag(), call.argument(1).flag())))
                .takes(bool, bool, bool);
        function(
                        "_||_",
                        call -> Term.flag(
                                or(call.argument(0).flag(), call.argument(1).flag())))
                .takes(bool, bool, bool);
        function("!_", call -> Term.flag(not(call.argument(0).flag()))).takes(bool, bool);
        function("_?_:_", Logic::choose).takes(A, bool, A, A);
    }

    static BooleanExpression and(BooleanExpression left, BooleanExpression right) {
        return frame -> {
            int first = left.test(frame);
            if (first == FALSE) {
                return FALSE;
            }
            int second = right.test(frame);
            return second == FALSE ? FALSE : Math.max(first, second);
        };
    }

    static BooleanExpression or(BooleanExpression left, BooleanExpression right) {
        return frame -> {
            int first = left.test(frame);
            if (first == TRUE) {
                return TRUE;
            }
            int second = right.test(frame);
            return second == TRUE ? TRUE : Math.max(first, second);
        };
    }

    static BooleanExpression not(BooleanExpression operand) {
        return frame -> {
            int result = operand.test(frame);
            return result == UNKNOWN ? UNKNOWN : 1 - result;
        };
    }

    private static Term choose(Call call) {
        BooleanExpression condition = call.argument(0).flag();
        Term yes = call.argument(1);
        Term no = call.argument(2);
        Term chosen = Term.any(
                frame -> number(condition, yes, no, frame),
                frame -> switch (condition.test(frame)) {
                    case TRUE -> yes.flag().test(frame);
                    case FALSE -> no.flag().test(frame);
                    default -> UNKNOWN;
                },
                frame -> switch (condition.test(frame)) {
                    case TRUE -> yes.text().text(frame);
                    case FALSE -> no.text().text(frame);
                    default -> null;
                },
                frame -> switch (condition.test(frame)) {
                    case TRUE -> yes.value().value(frame);
                    case FALSE -> no.value().value(frame);
                    default -> null;
                });
        return call.result() == Kind.TIME ? Term.time(chosen.number()) : chosen.as(call.result());
    }

    private static double number(BooleanExpression condition, Term yes, Term no, Frame frame) {
        return switch (condition.test(frame)) {
            case TRUE -> yes.number().num(frame);
            case FALSE -> no.number().num(frame);
            default -> Double.NaN;
        };
    }
}
