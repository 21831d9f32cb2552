package io.millrace.rules.evaluation;

import io.millrace.rules.model.Rule;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where one rule stands on one device. Times are epoch milliseconds of rule time.
 *
 * @param selected whether the rule is in force for the device
 * @param since pending: since when the condition holds; closing: since when its end holds
 * @param samples pending: consecutive messages for which it was true
 * @param startsAt of the episode
 * @param lastActed of the last firing actions, kept where there is a cooldown
 * @param sentLately commands of firings that count towards {@code per_device}
 * @param tripped whether it has sent too much and has not been quiet since
 * @param nextDeadline when time alone will next make a difference
 */
public record Standing(
        Rule rule,
        boolean selected,
        Phase phase,
        Optional<String> level,
        OptionalLong since,
        int samples,
        OptionalLong startsAt,
        OptionalLong lastActed,
        int sentLately,
        boolean tripped,
        OptionalLong nextDeadline) {}
