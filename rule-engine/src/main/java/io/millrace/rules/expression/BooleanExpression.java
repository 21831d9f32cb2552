package io.millrace.rules.expression;

/** A compiled condition: three-valued, pure, without allocation. */
@FunctionalInterface
public interface BooleanExpression {

    int FALSE = 0;
    int TRUE = 1;
    int UNKNOWN = 2;

    byte UNKNOWN_FLAG = UNKNOWN;

    /** {@link #FALSE}, {@link #TRUE} or {@link #UNKNOWN}. */
    int test(Frame frame);

    static int of(boolean value) {
        return value ? TRUE : FALSE;
    }
}
