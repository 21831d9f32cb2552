package io.millrace.rules.expression;

/**
 * When something began that grows by one each second: what {@code age}, {@code held} and {@code since} give.
 *
 * @param at the epoch millisecond at which it was 0; NaN while it does not grow
 * @param silence it is a silence, and grows only while something could be heard
 */
public record Origin(NumberExpression at, boolean silence) {}
