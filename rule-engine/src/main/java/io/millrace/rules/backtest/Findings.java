package io.millrace.rules.backtest;

import io.millrace.rules.model.RuleId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a back-test found.
 *
 * @param span from the first reading to the last
 * @param rejected readings whose payload no rule could use
 * @param outOfOrder readings more than a minute older than one before: the recording is not in order of time
 * @param unreadable lines that are no recorded readings, and the first of them in words
 */
public record Findings(
        Duration span,
        int devices,
        long messages,
        long rejected,
        long outOfOrder,
        long unreadable,
        List<String> complaints,
        List<RuleFindings> rules) {

    public Findings {
        complaints = List.copyOf(complaints);
        rules = List.copyOf(rules);
    }

    /**
     * One rule.
     *
     * @param fired episodes
     * @param devices on which it fired
     * @param median length of the episodes that ended, in milliseconds
     * @param withheld actions by what became of them instead of being sent
     * @param unknown share of evaluations, 0 to 1
     * @param storm most devices that began to fire within one minute of the clock
     * @param brake at how many devices a minute the fleet brake holds the rule
     * @param flapping devices on which it changed more than six times within an hour
     * @param fields that its conditions read
     */
    public record RuleFindings(
            RuleId id,
            long fired,
            int devices,
            long commands,
            OptionalLong median,
            OptionalLong p99,
            int stillFiring,
            Map<String, Long> withheld,
            double unknown,
            int storm,
            int brake,
            int flapping,
            List<String> fields,
            Optional<String> flappingHint,
            Comparison comparison) {

        public RuleFindings {
            withheld = Map.copyOf(withheld);
            fields = List.copyOf(fields);
        }
    }

    /** How a rule fared beside the other set. */
    public enum Relation {
        /** There is no other set. */
        ALONE,
        UNCHANGED,
        CHANGED,
        /** Only this set has it. */
        NEW,
        /** Only the other set has it: the figures are those of the other. */
        GONE
    }

    /**
     * Beside the other set.
     *
     * @param fired more (or fewer) episodes than there
     * @param newDevices on which only this one fired
     * @param lostDevices on which only the other one fired
     */
    public record Comparison(Relation relation, long fired, int newDevices, int lostDevices) {}
}
