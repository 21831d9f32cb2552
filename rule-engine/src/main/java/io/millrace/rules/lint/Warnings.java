package io.millrace.rules.lint;

import io.millrace.rules.expression.Condition;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleKind;
import io.millrace.rules.source.Problems;
import io.millrace.rules.source.Problems.Subject;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Takes the warnings of one file. */
final class Warnings {

    private final Problems problems;
    private final Set<RuleId> inLoops = new HashSet<>();

    Warnings(Problems problems) {
        this.problems = problems;
    }

    /** About a condition of a rule; {@code word} is the word of the rule that must change. */
    void add(String code, Rule rule, String word, Condition at, String message, String help) {
        int span = at.text().codePointCount(0, at.text().length());
        problems.warning(at.position(), span, code, subject(rule, word), message, help);
    }

    /** About a rule as a whole: at its condition, or at its name if it has none. */
    void add(String code, Rule rule, String word, String message, String help) {
        Optional<Condition> at = Conditions.first(rule);
        if (at.isPresent()) {
            add(code, rule, word, at.get(), message, help);
        } else {
            int span = rule.id().name().length();
            problems.warning(rule.position(), span, code, subject(rule, word), message, help);
        }
    }

    /** Rules of which a loop was told. */
    void loop(Rule rule) {
        inLoops.add(rule.id());
    }

    boolean isInLoop(Rule rule) {
        return inLoops.contains(rule.id());
    }

    private static Subject subject(Rule rule, String word) {
        String kind = rule.kind() == RuleKind.ALERT ? "alert" : "rule";
        return new Subject(kind, Optional.of(rule.id().name()), Optional.of(word));
    }
}
