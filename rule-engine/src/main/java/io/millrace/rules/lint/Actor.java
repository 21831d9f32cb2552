package io.millrace.rules.lint;

import io.millrace.rules.expression.Claim;
import io.millrace.rules.model.Rule;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A rule in the loop from telemetry to commands and back: which fields it reads, and which its commands set. */
record Actor(Rule rule, Claim begin, Optional<Claim> end, Effects effects, Set<String> reads, Set<String> drives) {

    /** Empty for a rule that sets nothing, or that has several conditions. */
    static Optional<Actor> of(Rule rule, Map<String, Map<String, Object>> catalogue) {
        Effects effects = Effects.of(rule, catalogue);
        List<Conditions> conditions = Conditions.of(rule);
        if (!rule.operation().enabled() || effects.all().isEmpty() || conditions.size() != 1) {
            return Optional.empty();
        }
        Claim begin = conditions.get(0).begin().claim();
        Optional<Claim> end = conditions.get(0).end().map(condition -> condition.claim());
        Set<String> reads = new HashSet<>();
        begin.visit(comparison -> reads.add(comparison.field()));
        end.ifPresent(claim -> claim.visit(comparison -> reads.add(comparison.field())));
        return Optional.of(
                new Actor(rule, begin, end, effects, reads, effects.byField().keySet()));
    }

    /** Whether a command of this one changes what the other looks at. */
    boolean causes(Actor other) {
        return !Collections.disjoint(drives, other.reads) && !Apart.are(rule.devices(), other.rule.devices());
    }

    /** Whether this one acts while both fire on one device. */
    boolean outranks(Actor other) {
        Optional<String> target = rule.conduct().target();
        if (target.isEmpty() || !target.equals(other.rule.conduct().target())) {
            return false;
        }
        int mine = rule.conduct().priority();
        int theirs = other.rule.conduct().priority();
        return mine > theirs || mine == theirs && rule.position().compareTo(other.rule.position()) < 0;
    }
}
