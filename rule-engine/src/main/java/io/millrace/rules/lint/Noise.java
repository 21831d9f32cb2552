package io.millrace.rules.lint;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Claim.Comparison;
import io.millrace.rules.expression.Claim.Relation;
import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.Numbers;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.Trigger;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * W308: a threshold in the middle of a field's noise. Counts in the recording how often each device crosses it, and looks for the
 * smallest distance between coming and going that would have kept it quiet.
 */
final class Noise implements Suspicion {

    /** More changes an hour than this are told. */
    private static final int FLIPS = 6;

    private static final int QUIET = 2;
    private static final double LEAST_HOURS = 0.5;
    private static final int STEPS = 12;

    @Override
    public void look(Suspects suspects, Warnings warnings) {
        for (Rule rule : suspects.rules()) {
            if (!isBare(rule)) {
                continue;
            }
            Condition condition = rule.trigger().expr().orElseThrow();
            if (condition.claim() instanceof Comparison comparison
                    && comparison.constant() instanceof Double limit
                    && comparison.relation() != Relation.EQUAL
                    && comparison.relation() != Relation.UNEQUAL) {
                look(rule, condition, comparison, limit, suspects.evidence(), warnings);
            }
        }
    }

    /** Nothing of the rule holds it back. */
    private static boolean isBare(Rule rule) {
        Trigger trigger = rule.trigger();
        return trigger.expr().isPresent()
                && trigger.resolve().isEmpty()
                && trigger.mode() == Trigger.Mode.EDGE
                && rule.timing().holdFor().isZero()
                && rule.timing().forSamples() == 1
                && rule.timing().keepFiringFor().isZero();
    }

    private static void look(
            Rule rule, Condition condition, Comparison comparison, double limit, Evidence evidence, Warnings warnings) {
        List<Recording.Series> all = evidence.heard(rule.devices()).stream()
                .map(device -> device.numbers(comparison.field()))
                .filter(series -> series.hours() >= LEAST_HOURS)
                .toList();
        boolean above = comparison.relation() == Relation.MORE || comparison.relation() == Relation.AT_LEAST;
        double worst = worst(all, comparison, Double.NaN, above);
        if (worst <= FLIPS) {
            return;
        }
        String help = quiet(all, comparison, limit, above)
                .map(end -> "for example `resolve_expr: %s %s %s`"
                        .formatted(comparison.field(), above ? "<" : ">", Numbers.text(end)))
                .orElse("add a `resolve_expr`, or a `for` that outlasts the noise");
        warnings.add(
                "W308",
                rule,
                "expr",
                condition,
                String.format(Locale.ROOT, "`%s` flips %,.0f times an hour", condition.text(), worst),
                help);
    }

    /** The changes an hour of the device that changes most, if firing ends only beyond {@code end}; NaN = where it begins. */
    private static double worst(List<Recording.Series> all, Comparison comparison, double end, boolean above) {
        double worst = 0;
        for (Recording.Series series : all) {
            int flips = 0;
            boolean firing = false;
            for (int i = 0; i < series.size(); i++) {
                double value = series.value(i);
                boolean begins = comparison.test(Map.of(comparison.field(), value)) == BooleanExpression.TRUE;
                boolean next = begins || firing && (above ? value >= end : value <= end);
                flips += i > 0 && next != firing ? 1 : 0;
                firing = next;
            }
            worst = Math.max(worst, flips / series.hours());
        }
        return worst;
    }

    /** Tries round distances, from small to large. */
    private static Optional<Double> quiet(
            List<Recording.Series> all, Comparison comparison, double limit, boolean above) {
        double size = Math.max(Math.abs(limit), 1);
        BigDecimal step = BigDecimal.ONE.scaleByPowerOfTen((int) Math.floor(Math.log10(size)) - 3);
        for (int i = 0; i < STEPS; i++) {
            BigDecimal distance =
                    step.multiply(BigDecimal.valueOf(List.of(1, 2, 5).get(i % 3)));
            BigDecimal written = new BigDecimal(Numbers.text(limit));
            double end = (above ? written.subtract(distance) : written.add(distance)).doubleValue();
            if (worst(all, comparison, end, above) <= QUIET) {
                return Optional.of(end);
            }
            step = i % 3 == 2 ? step.scaleByPowerOfTen(1) : step;
        }
        return Optional.empty();
    }
}
