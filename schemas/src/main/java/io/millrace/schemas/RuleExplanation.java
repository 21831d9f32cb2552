package io.millrace.schemas;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where one rule stands on one device, why, and how it came there: {@code GET /devices/{id}/rules/{group}/{name}}, and what
 * {@code rules explain} prints. Times are rule time.
 *
 * @param at the moment that is explained
 * @param selection the devices it is for, in words
 * @param selected whether it is in force for this device
 * @param state inactive, pending, firing or closing
 * @param since pending: since when the condition holds; closing: since when its end holds; firing: since when it does
 * @param due pending and closing: when time alone brings the next state
 * @param nextDeadline when it will be looked at next without a message
 * @param lastMessage {@code partition/offset} of the device's last message on {@code telemetry}
 * @param holds how far {@code for}, {@code for_samples} and {@code absent_for} have come
 * @param actions what it did or was kept from doing, the last ones, oldest first
 * @param transitions the last ones, oldest first
 * @param lastError the last evaluation on this device that came to nothing although nothing was missing
 */
public record RuleExplanation(
        String group,
        String name,
        String kind,
        String revision,
        String device,
        Instant at,
        boolean enabled,
        boolean selected,
        String selection,
        int rollout,
        String state,
        Optional<String> level,
        Optional<Instant> since,
        Optional<Instant> startsAt,
        Optional<Instant> due,
        Optional<Instant> nextDeadline,
        Optional<Instant> lastSeen,
        Optional<String> lastMessage,
        List<Condition> conditions,
        List<Hold> holds,
        Cooldown cooldown,
        Budget budget,
        Optional<Target> target,
        List<Act> actions,
        List<Transition> transitions,
        Optional<RuleError> lastError) {

    public RuleExplanation {
        conditions = List.copyOf(conditions);
        holds = List.copyOf(holds);
        actions = List.copyOf(actions);
        transitions = List.copyOf(transitions);
    }

    /**
     * A condition of the rule.
     *
     * @param field expr, resolve_expr, or the name of a level
     * @param result true, false or unknown
     * @param error what has failed in it just now
     */
    public record Condition(
            String field, String text, String result, List<Part> parts, List<Value> values, Optional<String> error) {

        public Condition {
            parts = List.copyOf(parts);
            values = List.copyOf(values);
        }
    }

    /**
     * A piece of a condition.
     *
     * @param shown with the values in it: {@code 31.2 > 30}
     */
    public record Part(String text, String shown, String result) {}

    /**
     * A last value that a condition reads.
     *
     * @param value as text, {@code missing} if there is none
     * @param message {@code partition/offset} of the message that brought it, if it was the device's last one
     */
    public record Value(String field, String value, boolean stale, Optional<Instant> time, Optional<String> message) {}

    /**
     * Something that must last.
     *
     * @param what as written: {@code for 1m}
     * @param has so far
     * @param unit {@code s} or {@code messages}
     */
    public record Hold(String what, double has, double needs, String unit) {}

    /** @param duration as written, {@code 0s} = none */
    public record Cooldown(String duration, double leftSeconds) {}

    /**
     * Of {@code limits.per_device}.
     *
     * @param limit as written: {@code 6/1m}
     * @param tripped nothing more until it has been quiet for five minutes
     */
    public record Budget(String limit, int left, boolean tripped) {}

    public record Target(String name, int priority) {}

    /**
     * An action.
     *
     * @param what the payload of a command, else the kind of action
     * @param outcome what became of it
     * @param times so often in a row; the rest is of the last one
     * @param cause as in {@link Transition}
     */
    public record Act(Instant time, String what, String outcome, int times, String cause) {}

    /**
     * A change of state or level.
     *
     * @param rule group/name
     * @param cause {@code telemetry/partition/offset}, {@code device-registry/partition/offset}, {@code timer/time}, {@code rules}
     */
    public record Transition(String rule, Instant time, String from, String to, Optional<String> level, String cause) {}
}
