package io.millrace.rules.lint;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Claim;
import io.millrace.rules.model.Rule;
import java.util.List;

/** W303: values for which {@code expr} and {@code resolve_expr} are both true, so that the rule fires and ends in turn. */
final class Overlap implements Suspicion {

    @Override
    public void look(Suspects suspects, Warnings warnings) {
        for (Rule rule : suspects.rules()) {
            for (Conditions conditions : Conditions.of(rule)) {
                conditions.end().ifPresent(end -> {
                    Claim begins = conditions.begin().claim();
                    Claim ends = end.claim();
                    Trials.of(List.of(begins, ends))
                            .flatMap(trials -> trials.find(values -> begins.test(values) == BooleanExpression.TRUE
                                    && ends.test(values) == BooleanExpression.TRUE))
                            .ifPresent(values -> warnings.add(
                                    "W303",
                                    rule,
                                    "resolve_expr",
                                    end,
                                    "resolve_expr overlaps expr (both true for " + Example.of(values) + ")",
                                    "it would fire and end with every message; let it end only where `"
                                            + conditions.begin().text() + "` is false"));
                });
            }
        }
    }
}
