package io.millrace.rules.evaluation;

import io.millrace.rules.model.RuleId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where one rule stands on one device, why, and how it came there. Times are epoch milliseconds of rule time.
 *
 * @param revision of the rule set in force
 * @param lastMessage {@code partition/offset} of the device's last message, where the engine knows it
 * @param transitions the last ones of this rule, oldest first
 * @param acts what it did, or was kept from doing, lately; oldest first
 */
public record Explanation(
        Standing standing,
        String revision,
        String device,
        long at,
        OptionalLong lastSeen,
        Optional<String> lastMessage,
        List<Asked> conditions,
        List<Transition> transitions,
        List<Act> acts,
        Optional<EvaluationError> lastError) {

    public Explanation {
        conditions = List.copyOf(conditions);
        transitions = List.copyOf(transitions);
        acts = List.copyOf(acts);
    }

    /**
     * A condition of the rule.
     *
     * @param word {@code expr}, {@code resolve_expr}, or a level's name
     * @param result {@link io.millrace.rules.expression.BooleanExpression#FALSE}, {@code TRUE} or {@code UNKNOWN}
     * @param failed what has failed just now, if that is why it is unknown
     */
    public record Asked(
            String word, String text, int result, List<Part> parts, List<Value> values, Optional<String> failed) {}

    /** A piece of a condition: what stood on both sides of a comparison, and what came of it. */
    public record Part(String text, String shown, int result) {}

    /**
     * A field that the condition reads: its last value in words.
     *
     * @param message {@code partition/offset} of the message that brought it, if that was the device's last one
     */
    public record Value(String field, String value, boolean stale, OptionalLong time, Optional<String> message) {}

    /**
     * A rule has moved, or changed its level.
     *
     * @param cause {@code telemetry/partition/offset}, {@code device-registry/partition/offset}, {@code timer/time}, {@code rules}
     */
    public record Transition(RuleId rule, Phase from, Phase to, Optional<String> level, long time, String cause) {}

    /**
     * An action.
     *
     * @param what the payload of a command, else the kind of action
     * @param times so often in a row; time and cause are those of the last one
     */
    public record Act(RuleId rule, String what, String outcome, int times, long time, String cause) {}
}
