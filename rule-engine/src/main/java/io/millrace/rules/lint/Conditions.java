package io.millrace.rules.lint;

import io.millrace.rules.expression.Condition;
import io.millrace.rules.model.Level;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What begins and ends the firing of a rule: one pair, or one for each level. */
record Conditions(Condition begin, Optional<Condition> end) {

    static List<Conditions> of(Rule rule) {
        Trigger trigger = rule.trigger();
        List<Conditions> all = new ArrayList<>();
        trigger.expr().ifPresent(expr -> all.add(new Conditions(expr, trigger.resolve())));
        for (Level level : trigger.levels()) {
            all.add(new Conditions(level.expr(), level.resolve()));
        }
        return all;
    }

    /** The first in the file. */
    static Optional<Condition> first(Rule rule) {
        return of(rule).stream().map(Conditions::begin).min(java.util.Comparator.comparing(Condition::position));
    }
}
