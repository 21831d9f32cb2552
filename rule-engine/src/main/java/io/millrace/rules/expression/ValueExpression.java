package io.millrace.rules.expression;

import org.jspecify.annotations.Nullable;

/** A compiled expression of whatever type, for templates and explanations: it allocates. */
@FunctionalInterface
public interface ValueExpression {

    /** Double, Boolean, String, Instant or List; null = unknown. */
    @Nullable
    Object value(Frame frame);
}
