package io.millrace.rules.expression;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers as texts, and back. */
public final class Numbers {

    private Numbers() {}

    /** The shortest text that reads back to the same double: no {@code .0}, no exponent from 1e-6 to 1e21. */
    public static String text(double number) {
        if (number == 0) {
            return "0";
        }
        if (number == Math.rint(number) && Math.abs(number) < 1e15) {
            return Long.toString((long) number);
        }
        double size = Math.abs(number);
        BigDecimal decimal = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        return size >= 1e-6 && size < 1e21
                ? decimal.toPlainString()
                : Double.toString(number).replace(".0E", "E");
    }

    /** With that many decimals; a tie goes away from zero, judged on the decimal text ({@code fixed(0.15, 1)} is 0.2). */
    public static String fixed(double number, int decimals) {
        BigDecimal rounded = new BigDecimal(Double.toString(number)).setScale(decimals, RoundingMode.HALF_UP);
        return rounded.signum() == 0 ? rounded.abs().toPlainString() : rounded.toPlainString();
    }

    /** The number that a text is, NaN if it is none ({@code coerce: true}). */
    public static double parse(String text) {
        String trimmed = text.trim();
        if (!trimmed.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d{1,3})?")) {
            return Double.NaN;
        }
        double number = Double.parseDouble(trimmed);
        return Double.isFinite(number) ? number : Double.NaN;
    }
}
