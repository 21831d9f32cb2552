package io.millrace.rules.backtest;

import io.millrace.rules.model.Rate;
import io.millrace.rules.model.RuleId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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
     * @param unknown share of the readings of its devices after which its condition was unknown, 0 to 1, from samples
     * @param errors evaluations that came to no result although nothing was missing: a division by zero, say
     * @param storm how it stands to its limits
     * @param flapping devices on which it changed more than six times within an hour
     * @param fields that its conditions read
     * @param calming what would keep it from flapping
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
            Storm storm,
            double unknown,
            long errors,
            int flapping,
            List<String> fields,
            Optional<String> calming,
            Comparison comparison) {

        public RuleFindings {
            withheld = Map.copyOf(withheld);
            fields = List.copyOf(fields);
        }
    }

    /**
     * A rule and its limits. Those of one device were in force, what it sends is what they let pass; those of many were not, so that there
     * is something to see after a brake would have been pulled.
     *
     * @param most devices on which it acted (without commands: began to fire) within the window of its fleet brake
     * @param brake that more devices would have pulled; empty if it has none
     * @param brakedAt when they would have, in epoch milliseconds
     * @param tripped devices on which it exceeded {@code perDevice}, or went round in a loop
     * @param beyond commands beyond {@code perRule}
     */
    public record Storm(
            int most,
            OptionalInt brake,
            OptionalLong brakedAt,
            Rate perDevice,
            int tripped,
            Optional<Rate> perRule,
            long beyond) {}

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
