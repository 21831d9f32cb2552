package io.millrace.rules.evaluation;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where all rules stand that are in force for a device, and what moved lately. Times are epoch milliseconds of rule time.
 *
 * @param lastMessage {@code partition/offset} of the device's last message, where the engine knows it
 * @param transitions of all its rules, oldest first
 */
public record DeviceRules(
        String device,
        String revision,
        long at,
        OptionalLong lastSeen,
        Optional<String> lastMessage,
        List<Standing> rules,
        List<Explanation.Transition> transitions,
        Optional<EvaluationError> lastError) {

    public DeviceRules {
        rules = List.copyOf(rules);
        transitions = List.copyOf(transitions);
    }
}
