package io.millrace.rules.backtest;

import io.millrace.rules.model.Conduct;
import io.millrace.rules.model.Limits;
import io.millrace.rules.model.Rate;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleSet;
import java.util.Optional;

/**
 * Rules without the limits that concern many devices at once: lanes do not know of each other, and a back-test that stood still where a
 * fleet brake would have been pulled said nothing of the time after. What they would have done is worked out at the end.
 */
final class Unlimited {

    private static final Rate NO_LIMIT = Rate.perMinute(Integer.MAX_VALUE);

    private Unlimited() {}

    static RuleSet of(RuleSet set) {
        return new RuleSet(
                set.revision(), set.rules().stream().map(Unlimited::of).toList(), set.fields());
    }

    private static Rule of(Rule rule) {
        Conduct conduct = rule.conduct();
        Limits limits = new Limits(conduct.limits().perDevice(), Optional.of(NO_LIMIT), Optional.of(NO_LIMIT));
        return rule.with(
                new Conduct(conduct.target(), conduct.priority(), conduct.inhibitedBy(), limits, conduct.confirm()));
    }
}
