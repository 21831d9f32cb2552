package io.millrace.rules.testing;

import io.millrace.rules.evaluation.Phase;
import io.millrace.rules.model.Level;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A row of the table of states, of one rule.
 *
 * @param level of an alert with levels: that it gets, or loses, that one; empty for the alert as a whole
 */
public record Transition(RuleId rule, Optional<String> level, Phase from, Phase to) {

    static Transition of(RuleId rule, Phase from, Phase to) {
        return new Transition(rule, Optional.empty(), from, to);
    }

    static Transition of(RuleId rule, String level, Phase from, Phase to) {
        return new Transition(rule, Optional.of(level), from, to);
    }

    /** Those that the rule can make. */
    static Set<Transition> of(Rule rule) {
        List<Level> levels = rule.trigger().levels();
        return levels.isEmpty() ? ofOne(rule) : ofLevels(rule.id(), levels);
    }

    private static Set<Transition> ofOne(Rule rule) {
        Set<Transition> all = new LinkedHashSet<>();
        RuleId id = rule.id();
        if (!rule.timing().holdFor().isZero() || rule.timing().forSamples() > 1) {
            all.add(of(id, Phase.INACTIVE, Phase.PENDING));
            all.add(of(id, Phase.PENDING, Phase.INACTIVE));
            all.add(of(id, Phase.PENDING, Phase.FIRING));
        } else {
            all.add(of(id, Phase.INACTIVE, Phase.FIRING));
        }
        if (rule.timing().keepFiringFor().isZero()) {
            all.add(of(id, Phase.FIRING, Phase.INACTIVE));
        } else {
            all.add(of(id, Phase.FIRING, Phase.CLOSING));
            all.add(of(id, Phase.CLOSING, Phase.FIRING));
            all.add(of(id, Phase.CLOSING, Phase.INACTIVE));
        }
        return all;
    }

    /** Each level begins and ends; what is pending or closing is the alert. */
    private static Set<Transition> ofLevels(RuleId id, List<Level> levels) {
        Set<Transition> all = new LinkedHashSet<>();
        for (Level level : levels) {
            all.add(of(id, level.severity().text(), Phase.INACTIVE, Phase.FIRING));
            all.add(of(id, level.severity().text(), Phase.FIRING, Phase.INACTIVE));
        }
        if (levels.stream().anyMatch(level -> !level.holdFor().isZero())) {
            all.add(of(id, Phase.INACTIVE, Phase.PENDING));
            all.add(of(id, Phase.PENDING, Phase.INACTIVE));
        }
        if (levels.stream().anyMatch(level -> !level.keepFiringFor().isZero())) {
            all.add(of(id, Phase.FIRING, Phase.CLOSING));
            all.add(of(id, Phase.CLOSING, Phase.FIRING));
        }
        return all;
    }
}
