package io.millrace.rules.expression;

import org.jspecify.annotations.Nullable;

/** A compiled text: pure. Only expressions that build a text (templates, {@code fixed}, {@code +}) allocate. */
@FunctionalInterface
public interface TextExpression {

    /** The text, or null = unknown. */
    @Nullable
    String text(Frame frame);
}
