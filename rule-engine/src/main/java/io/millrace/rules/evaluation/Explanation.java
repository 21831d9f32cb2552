package io.millrace.rules.evaluation;

import io.millrace.rules.model.Rule;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where one rule stands on one device, and why. Times are epoch milliseconds of rule time.
 *
 * @param selected whether the rule is in force for the device
 * @param since pending: since when the condition holds; closing: since when its end holds
 * @param samples pending: consecutive messages for which it was true
 * @param lastActed of the last firing actions, kept where there is a cooldown
 */
public record Explanation(
        Rule rule,
        String device,
        long at,
        boolean selected,
        Phase phase,
        Optional<String> level,
        OptionalLong since,
        int samples,
        OptionalLong startsAt,
        OptionalLong lastActed,
        OptionalLong lastSeen,
        List<Asked> conditions) {

    public Explanation {
        conditions = List.copyOf(conditions);
    }

    /**
     * A condition of the rule.
     *
     * @param word {@code expr}, {@code resolve_expr}, or a level's name
     * @param result {@link io.millrace.rules.expression.BooleanExpression#FALSE}, {@code TRUE} or {@code UNKNOWN}
     */
    public record Asked(String word, String text, int result, List<Part> parts, List<Value> values) {}

    /** A piece of a condition: what stood on both sides of a comparison, and what came of it. */
    public record Part(String text, String shown, int result) {}

    /** A field that the condition reads: its last value in words. */
    public record Value(String field, String value, boolean stale, OptionalLong time) {}
}
