package io.millrace.rules.lint;

import io.millrace.rules.expression.Claim.Comparison;
import io.millrace.rules.expression.Condition;
import io.millrace.rules.model.Rule;
import java.util.List;
import java.util.Locale;

/**
 * W308: a threshold in the middle of a field's noise. Counts in the recording how often each device crosses it, and looks for the
 * smallest distance between coming and going that would have kept it quiet.
 */
final class Noise implements Suspicion {

    /** More changes an hour than this are told. */
    private static final int FLIPS = 6;

    private static final double LEAST_HOURS = 0.5;

    @Override
    public void look(Suspects suspects, Warnings warnings) {
        for (Rule rule : suspects.rules()) {
            Calming.threshold(rule).ifPresent(comparison -> look(rule, comparison, suspects.evidence(), warnings));
        }
    }

    private static void look(Rule rule, Comparison comparison, Evidence evidence, Warnings warnings) {
        List<Recording.Series> all = evidence.heard(rule.devices()).stream()
                .map(device -> device.numbers(comparison.field()))
                .filter(series -> series.hours() >= LEAST_HOURS)
                .toList();
        double worst = Calming.worst(all, comparison);
        if (worst <= FLIPS) {
            return;
        }
        Condition condition = rule.trigger().expr().orElseThrow();
        warnings.add(
                "W308",
                rule,
                "expr",
                condition,
                String.format(Locale.ROOT, "`%s` flips %,.0f times an hour", condition.text(), worst),
                Calming.resolveExpr(comparison, all)
                        .map(end -> "for example `" + end + "`")
                        .orElse("add a `resolve_expr`, or a `for` that outlasts the noise"));
    }
}
