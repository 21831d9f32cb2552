package io.millrace.rules.lint;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Claim;
import io.millrace.rules.expression.Claim.Comparison;
import io.millrace.rules.expression.Condition;
import io.millrace.rules.model.Rule;
import io.millrace.runtime.config.Nearest;
import java.util.List;
import java.util.stream.Stream;

/**
 * W304: a condition whose parts contradict each other, or leave nothing out. (A single comparison that no declared value can change
 * is found when it is compiled.)
 */
final class Constancy implements Suspicion {

    @Override
    public void look(Suspects suspects, Warnings warnings) {
        for (Rule rule : suspects.rules()) {
            for (Conditions conditions : Conditions.of(rule)) {
                look(rule, "expr", conditions.begin(), warnings);
                conditions.end().ifPresent(end -> look(rule, "resolve_expr", end, warnings));
            }
        }
    }

    private static void look(Rule rule, String word, Condition condition, Warnings warnings) {
        Claim claim = condition.claim();
        Trials.of(List.of(claim)).ifPresent(trials -> Stream.of("never", "always")
                .filter(verdict -> {
                    int other = BooleanExpression.of(verdict.equals("always"));
                    return trials.find(values -> claim.test(values) != other).isEmpty();
                })
                .findFirst()
                .ifPresent(verdict -> warnings.add(
                        "W304",
                        rule,
                        word,
                        condition,
                        "`" + condition.text() + "` is " + verdict + " true",
                        help(claim, verdict.equals("never")))));
    }

    private static String help(Claim claim, boolean never) {
        if (claim instanceof Comparison comparison && comparison.constant() instanceof String text) {
            return Nearest.help(text, comparison.declaration().values(), "Declared values of " + comparison.field());
        }
        return never
                ? "its parts exclude each other; `||` means one of them, `&&` all"
                : "it leaves nothing out; `&&` means all of its parts, `||` one of them";
    }
}
