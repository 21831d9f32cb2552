package io.millrace.commands.rules;

import io.millrace.schemas.RuleEngineStatus;
import io.millrace.schemas.RuleError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The rules of all engines as one list: each has seen its own partitions only, so numbers are added up. Pure. */
public final class RuleSummary {

    /** What a person looking at a rule wants to know first. */
    public enum Health {
        OK,
        /** No reading has had its fields. */
        NEVER_EVALUATED,
        /** Always unknown: a field is missing, stale or of another type. */
        ALWAYS_UNKNOWN,
        /** Some evaluations failed. */
        ERRORS
    }

    private RuleSummary() {}

    /** In the order in which the engine with the newest set has them. */
    public static List<RuleEngineStatus.Rule> of(Collection<RuleEngineStatus> engines) {
        Map<String, RuleEngineStatus.Rule> rules = new LinkedHashMap<>();
        engines.stream()
                .sorted(Comparator.comparing(
                                (RuleEngineStatus engine) -> engine.since().orElse(Instant.EPOCH))
                        .reversed())
                .flatMap(engine -> engine.rules().stream())
                .forEach(rule -> rules.merge(rule.group() + "/" + rule.name(), rule, RuleSummary::add));
        return new ArrayList<>(rules.values());
    }

    private static RuleEngineStatus.Rule add(RuleEngineStatus.Rule one, RuleEngineStatus.Rule two) {
        return new RuleEngineStatus.Rule(
                one.group(),
                one.name(),
                one.kind(),
                one.file(),
                one.line(),
                add(one.instances(), two.instances()),
                add(one.evaluations(), two.evaluations()),
                add(one.transitions(), two.transitions()),
                add(one.actions(), two.actions()),
                latest(one.lastFired(), two.lastFired()),
                Stream.concat(one.lastError().stream(), two.lastError().stream())
                        .max(Comparator.comparing(RuleError::time)),
                one.mute().or(two::mute),
                Stream.concat(one.heldBy().stream(), two.heldBy().stream())
                        .distinct()
                        .sorted()
                        .toList());
    }

    private static Map<String, Long> add(Map<String, Long> one, Map<String, Long> two) {
        Map<String, Long> sum = new TreeMap<>(one);
        two.forEach((key, value) -> sum.merge(key, value, Long::sum));
        return sum;
    }

    private static Optional<Instant> latest(Optional<Instant> one, Optional<Instant> two) {
        return Stream.concat(one.stream(), two.stream()).max(Comparator.naturalOrder());
    }

    public static Health health(RuleEngineStatus.Rule rule) {
        Map<String, Long> evaluations = rule.evaluations();
        long all = evaluations.values().stream().mapToLong(Long::longValue).sum();
        if (all == 0) {
            return Health.NEVER_EVALUATED;
        }
        if (evaluations.getOrDefault("error", 0L) > 0) {
            return Health.ERRORS;
        }
        return evaluations.getOrDefault("unknown", 0L) == all ? Health.ALWAYS_UNKNOWN : Health.OK;
    }
}
