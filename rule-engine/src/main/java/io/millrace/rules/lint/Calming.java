package io.millrace.rules.lint;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Claim.Comparison;
import io.millrace.rules.expression.Claim.Relation;
import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.Numbers;
import io.millrace.rules.lint.Recording.Series;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.Trigger;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A threshold in the noise of its field, and the smallest round distance between coming and going that would keep a rule quiet. Without
 * state.
 */
public final class Calming {

    private static final int QUIET = 2;
    /** Two changes within a minute are not a hundred an hour. */
    private static final double LEAST_HOURS = 0.5;

    private static final int STEPS = 12;

    private Calming() {}

    /** What the rule compares, if nothing holds it back: a number with a constant, at once and both ways. */
    public static Optional<Comparison> threshold(Rule rule) {
        return isBare(rule)
                ? rule.trigger()
                        .expr()
                        .map(Condition::claim)
                        .filter(Comparison.class::isInstance)
                        .map(Comparison.class::cast)
                        .filter(comparison -> comparison.constant() instanceof Double
                                && comparison.relation() != Relation.EQUAL
                                && comparison.relation() != Relation.UNEQUAL)
                : Optional.empty();
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

    /** An end of firing that calms all devices whose values these are. */
    public static Optional<String> resolveExpr(Comparison comparison, List<Series> all) {
        return quiet(all, comparison, (Double) comparison.constant(), above(comparison))
                .map(end -> "resolve_expr: %s %s %s"
                        .formatted(comparison.field(), above(comparison) ? "<" : ">", Numbers.text(end)));
    }

    private static boolean above(Comparison comparison) {
        return comparison.relation() == Relation.MORE || comparison.relation() == Relation.AT_LEAST;
    }

    /** The changes an hour of the device that changes most. */
    static double worst(List<Series> all, Comparison comparison) {
        return worst(all, comparison, Double.NaN, above(comparison));
    }

    /** The changes an hour of the device that changes most, if firing ends only beyond {@code end}; NaN = where it begins. */
    private static double worst(List<Series> all, Comparison comparison, double end, boolean above) {
        double worst = 0;
        for (Series series : all) {
            int flips = 0;
            boolean firing = false;
            for (int i = 0; i < series.size(); i++) {
                double value = series.value(i);
                boolean begins = comparison.test(Map.of(comparison.field(), value)) == BooleanExpression.TRUE;
                boolean next = begins || firing && (above ? value >= end : value <= end);
                flips += i > 0 && next != firing ? 1 : 0;
                firing = next;
            }
            worst = Math.max(worst, flips / Math.max(LEAST_HOURS, series.hours()));
        }
        return worst;
    }

    /** Tries round distances, from small to large. */
    private static Optional<Double> quiet(List<Series> all, Comparison comparison, double limit, boolean above) {
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
