package io.millrace.rules.expression;

import io.millrace.rules.history.History;
import io.millrace.rules.history.HistoryKind;
import io.millrace.rules.history.LastSamples;
import io.millrace.rules.history.LastTwo;
import io.millrace.rules.history.TimeWindow;
import io.millrace.rules.history.Truth;
import org.jspecify.annotations.Nullable;

/**
 * A history that expressions of a rule set read: what it remembers, for how long, and how a message adds to it.
 *
 * @param key identity over rule sets and restarts: kind, size and the expression in a form that spelling does not change
 * @param what the expression, in the same form
 * @param size milliseconds or samples, see {@link History#size}
 * @param staleAfter the longest of the rules that read it: values of other fields than the message's count that long
 */
public record HistoryDefinition(
        String key, HistoryKind kind, long size, String what, Sample sample, Slots fields, int slot, long staleAfter) {

    /** What a history is given of a message: missing as NaN, 2, null. */
    public record Sample(NumberExpression number, BooleanExpression flag, TextExpression text) {}

    /** Whether a sample older than the newest still has a place in it: the order of samples is nothing to it. */
    public boolean takesLate() {
        return switch (kind) {
            case TRUTH, TWO, SAMPLES, RANKED -> false;
            default -> true;
        };
    }

    /** Adds what a message brought; the frame shows the device after it. No allocation but of the history itself, once. */
    public void sample(FieldValues values, Frame frame, long time) {
        @Nullable History known = values.history(slot);
        switch (kind) {
            case TRUTH -> {
                int result = sample.flag.test(frame);
                if (known != null || result != BooleanExpression.UNKNOWN) {
                    ((Truth) present(known, values)).add(result, time, staleAfter);
                }
            }
            case TWO -> {
                double number = sample.number.num(frame);
                int flag = sample.flag.test(frame);
                String text = sample.text.text(frame);
                if (!Double.isNaN(number) || flag != BooleanExpression.UNKNOWN || text != null) {
                    ((LastTwo) present(known, values)).add(number, flag, text, time);
                }
            }
            case SAMPLES, RANKED -> {
                double number = sample.number.num(frame);
                if (!Double.isNaN(number)) {
                    ((LastSamples) present(known, values)).add(number, time);
                }
            }
            default -> {
                double number = sample.number.num(frame);
                if (!Double.isNaN(number)) {
                    ((TimeWindow) present(known, values)).add(number, time);
                }
            }
        }
    }

    private History present(@Nullable History known, FieldValues values) {
        if (known != null) {
            return known;
        }
        History history = kind.create(size);
        values.remember(slot, history);
        return history;
    }
}
