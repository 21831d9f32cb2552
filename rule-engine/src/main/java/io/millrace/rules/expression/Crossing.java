package io.millrace.rules.expression;

/**
 * Something that grows by one each second reaches a bound, or passes it: what {@code age}, {@code held} and {@code since} do.
 *
 * @param bound in seconds
 * @param passing for {@code >} and {@code <=}, which change one millisecond after the bound
 */
public record Crossing(Origin origin, NumberExpression bound, boolean passing) implements NextChange {

    /** Decimal seconds times 1000 are whole milliseconds but for rounding. */
    private static final double ROUNDING = 1e-6;

    @Override
    public long next(Frame frame, long after) {
        double begun = origin.at().num(frame);
        double millis = bound.num(frame) * 1_000;
        if (Double.isNaN(begun) || Double.isNaN(millis)) {
            return NONE;
        }
        double whole = Math.rint(millis);
        boolean exact = Math.abs(millis - whole) < ROUNDING;
        double length = exact ? passing ? whole + 1 : whole : Math.ceil(millis);
        if (origin.silence() && length > 0 && begun + length < NONE) {
            return frame.silenceLasts((long) begun, (long) length, after);
        }
        long moment = (long) (begun + length);
        return moment > after ? moment : NONE;
    }
}
