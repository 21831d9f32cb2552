package io.millrace.schemas;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one rule engine says of its rules at {@code GET /rules} of its ops port. Numbers are those of this instance since its
 * start, for the partitions that it had.
 *
 * @param instance its name
 * @param revision hash of the set in force
 * @param since when that set was published
 * @param publishedBy the instance that did
 * @param reloadSuccessful whether the files as they are now are in force
 * @param problems of the last files that were looked at, as {@code rules check} words them
 * @param partitions it has now
 */
public record RuleEngineStatus(
        String instance,
        String revision,
        Optional<Instant> since,
        Optional<String> publishedBy,
        boolean reloadSuccessful,
        List<String> problems,
        List<Integer> partitions,
        List<Rule> rules) {

    public RuleEngineStatus {
        problems = List.copyOf(problems);
        partitions = List.copyOf(partitions);
        rules = List.copyOf(rules);
    }

    /**
     * One rule.
     *
     * @param kind rule, alert or record
     * @param file where it is written
     * @param instances devices by state: pending, firing, closing
     * @param evaluations by result: true, false, unknown, error
     * @param transitions by the state that was entered
     * @param actions by outcome
     * @param lastError the last evaluation that came to nothing although nothing was missing
     * @param mute that a person has put on it, if it is muted now
     * @param heldBy partitions in which it acts on nothing until it is released, since it would have acted on too many devices
     */
    public record Rule(
            String group,
            String name,
            String kind,
            String file,
            int line,
            Map<String, Long> instances,
            Map<String, Long> evaluations,
            Map<String, Long> transitions,
            Map<String, Long> actions,
            Optional<Instant> lastFired,
            Optional<RuleError> lastError,
            Optional<Mute> mute,
            List<Integer> heldBy) {

        public Rule {
            instances = Map.copyOf(instances);
            evaluations = Map.copyOf(evaluations);
            transitions = Map.copyOf(transitions);
            actions = Map.copyOf(actions);
            mute = mute == null ? Optional.empty() : mute;
            heldBy = heldBy == null ? List.of() : List.copyOf(heldBy);
        }
    }

    /** What a person has said. */
    public record Mute(Instant until, String by, String reason) {}
}
