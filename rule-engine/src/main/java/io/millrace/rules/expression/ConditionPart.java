package io.millrace.rules.expression;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A piece of a condition between its {@code &&}, {@code ||} and {@code !}, to show which of them made it true or kept it false.
 *
 * @param operator of a comparison, as written; empty for a piece that is none
 * @param operands of a comparison, left and right; else the piece itself
 */
public record ConditionPart(
        String text, BooleanExpression expression, String operator, List<ValueExpression> operands) {

    public ConditionPart {
        operands = List.copyOf(operands);
    }

    /** {@code 31.2 > 30}; a missing value is {@code ?}. */
    public String shown(Frame frame) {
        if (operator.isEmpty()) {
            return text;
        }
        return written(operands.get(0), frame) + " " + operator + " " + written(operands.get(1), frame);
    }

    static String written(ValueExpression operand, Frame frame) {
        Object value = operand.value(frame);
        return value == null ? "?" : written(value);
    }

    /** Four decimals are enough to look at. */
    private static String written(Object value) {
        if (value instanceof Double number) {
            double rounded = Math.round(number * 1e4) / 1e4;
            return Numbers.text(Math.abs(number) < 1 || Math.abs(number) > 1e12 ? number : rounded);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(ConditionPart::written).collect(Collectors.joining(", ", "[", "]"));
        }
        return value instanceof String ? "\"" + value + "\"" : value.toString();
    }
}
