package io.millrace.rules.comparison;

import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One rule that is not the same in two sets.
 *
 * @param parts the parts that differ: empty for a rule that only one set has
 */
public record RuleDifference(RuleId id, Optional<Rule> before, Optional<Rule> after, List<Part> parts) {

    /** The parts that the loader hashes; what an edit of one does to the state. */
    public enum Part {
        CONDITION("pending instances wait anew; firing ones are looked at with stored values: false ends them,"
                + " true or unknown keeps them firing; new windows start empty"),
        TIMING("starts are kept, deadlines computed anew; firing instances stay firing"),
        ACTIONS("state untouched; the next firing or resolving runs the new actions"),
        TEXTS("state untouched; the next event carries the new texts");

        private final String consequence;

        Part(String consequence) {
            this.consequence = consequence;
        }

        public String consequence() {
            return consequence;
        }

        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public RuleDifference {
        parts = List.copyOf(parts);
    }

    /**
     * All rules that differ: those of the first set in its order, then those that only the second has.
     *
     * @param name what a rule of the second set would be called in the first one
     */
    public static List<RuleDifference> between(List<Rule> first, List<Rule> second, UnaryOperator<RuleId> name) {
        Map<RuleId, Rule> before = byId(first, UnaryOperator.identity());
        Map<RuleId, Rule> after = byId(second, name);
        List<RuleDifference> differences = new ArrayList<>();
        before.forEach((id, rule) -> {
            Optional<Rule> now = Optional.ofNullable(after.get(id));
            List<Part> parts = now.map(other -> parts(rule, other)).orElse(List.of());
            if (now.isEmpty() || !parts.isEmpty()) {
                differences.add(new RuleDifference(id, Optional.of(rule), now, parts));
            }
        });
        after.forEach((id, rule) -> {
            if (!before.containsKey(id)) {
                differences.add(new RuleDifference(id, Optional.empty(), Optional.of(rule), List.of()));
            }
        });
        return differences;
    }

    private static Map<RuleId, Rule> byId(List<Rule> rules, UnaryOperator<RuleId> name) {
        Map<RuleId, Rule> byId = new LinkedHashMap<>();
        rules.forEach(rule -> byId.put(name.apply(rule.id()), rule));
        return byId;
    }

    private static List<Part> parts(Rule before, Rule after) {
        List<Part> parts = new ArrayList<>();
        if (!before.fingerprints().condition().equals(after.fingerprints().condition())) {
            parts.add(Part.CONDITION);
        }
        if (!before.fingerprints().timing().equals(after.fingerprints().timing())) {
            parts.add(Part.TIMING);
        }
        if (!before.fingerprints().actions().equals(after.fingerprints().actions())) {
            parts.add(Part.ACTIONS);
        }
        if (!before.fingerprints().texts().equals(after.fingerprints().texts())) {
            parts.add(Part.TEXTS);
        }
        return parts;
    }

    /** {@code added}, {@code removed} or {@code changed}. */
    public String word() {
        return before.isEmpty() ? "added" : after.isEmpty() ? "removed" : "changed";
    }
}
