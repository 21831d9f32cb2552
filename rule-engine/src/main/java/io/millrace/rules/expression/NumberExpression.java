package io.millrace.rules.expression;

/** A compiled number: pure, without allocation. Never infinite. */
@FunctionalInterface
public interface NumberExpression {

    /** The number, or NaN = unknown. */
    double num(Frame frame);
}
