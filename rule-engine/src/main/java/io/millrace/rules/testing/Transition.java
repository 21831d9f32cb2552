package io.millrace.rules.testing;

import io.millrace.rules.evaluation.Phase;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleId;
import java.util.LinkedHashSet;
import java.util.Set;

/** A row of the table of states, of one rule. */
public record Transition(RuleId rule, Phase from, Phase to) {

    /** Those that the rule can make. */
    static Set<Transition> of(Rule rule) {
        Set<Transition> all = new LinkedHashSet<>();
        RuleId id = rule.id();
        if (!rule.timing().holdFor().isZero()
                || rule.timing().forSamples() > 1
                || rule.trigger().levels().stream()
                        .anyMatch(level -> !level.holdFor().isZero())) {
            all.add(new Transition(id, Phase.INACTIVE, Phase.PENDING));
            all.add(new Transition(id, Phase.PENDING, Phase.INACTIVE));
            all.add(new Transition(id, Phase.PENDING, Phase.FIRING));
        } else {
            all.add(new Transition(id, Phase.INACTIVE, Phase.FIRING));
        }
        if (rule.timing().keepFiringFor().isZero()
                && rule.trigger().levels().stream()
                        .allMatch(level -> level.keepFiringFor().isZero())) {
            all.add(new Transition(id, Phase.FIRING, Phase.INACTIVE));
        } else {
            all.add(new Transition(id, Phase.FIRING, Phase.CLOSING));
            all.add(new Transition(id, Phase.CLOSING, Phase.FIRING));
            all.add(new Transition(id, Phase.CLOSING, Phase.INACTIVE));
        }
        return all;
    }
}
