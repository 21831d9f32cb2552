package io.millrace.schemas;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where all rules stand that are in force for a device: {@code GET /devices/{id}/rules}. Times are rule time.
 *
 * @param revision of the rule set in force
 * @param lastMessage {@code partition/offset} of the device's last message on {@code telemetry}
 * @param transitions the last ones of all its rules, oldest first
 */
public record DeviceRuleStates(
        String device,
        String revision,
        Instant at,
        Optional<Instant> lastSeen,
        Optional<String> lastMessage,
        List<Item> rules,
        List<RuleExplanation.Transition> transitions,
        Optional<RuleError> lastError) {

    public DeviceRuleStates {
        rules = List.copyOf(rules);
        transitions = List.copyOf(transitions);
    }

    /**
     * One rule.
     *
     * @param kind rule, alert or record
     * @param state inactive, pending, firing or closing
     * @param since when that state began, unless it is inactive
     * @param nextDeadline when it will be looked at next without a message
     */
    public record Item(
            String group,
            String name,
            String kind,
            String state,
            Optional<String> level,
            Optional<Instant> since,
            Optional<Instant> nextDeadline) {}
}
