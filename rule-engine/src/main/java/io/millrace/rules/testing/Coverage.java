package io.millrace.rules.testing;

import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleSet;
import io.millrace.rules.source.SourcePosition;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which rules the tests speak of, and how much of their states they have seen. A rule is counted once, by where it stands. */
final class Coverage {

    private final Map<SourcePosition, Rule> rules = new LinkedHashMap<>();
    private final Set<SourcePosition> tested = new HashSet<>();
    private final Map<SourcePosition, Set<Transition>> seen = new HashMap<>();

    void add(RuleSet set, List<TestResult> results) {
        for (Rule rule : set.rules()) {
            SourcePosition place = rule.position();
            var unused = rules.putIfAbsent(place, rule);
            Set<Transition> transitions = seen.computeIfAbsent(place, at -> new HashSet<>());
            for (TestResult result : results) {
                if (result.tested().contains(rule.id())) {
                    tested.add(place);
                }
                transitions.addAll(result.covered());
            }
        }
    }

    /** Names of rules that no test speaks of. */
    List<String> untested() {
        return rules.entrySet().stream()
                .filter(entry -> !tested.contains(entry.getKey()))
                .map(entry -> entry.getValue().id().name())
                .distinct()
                .toList();
    }

    /** Of the transitions that the rules can make, those that were seen; 100 without rules. */
    int percent() {
        int possible = 0;
        int covered = 0;
        for (Map.Entry<SourcePosition, Rule> entry : rules.entrySet()) {
            Set<Transition> of = Transition.of(entry.getValue());
            possible += of.size();
            of.retainAll(seen.getOrDefault(entry.getKey(), Set.of()));
            covered += of.size();
        }
        return possible == 0 ? 100 : covered * 100 / possible;
    }
}
