package io.millrace.rules.testing;

import io.millrace.rules.model.RuleId;
import io.millrace.rules.source.SourcePosition;
import java.util.List;
import java.util.Set;

/**
 * What came of one test.
 *
 * @param tested the rules that an expectation names, or a command of which one names
 * @param covered the transitions that were seen
 */
public record TestResult(
        String name,
        SourcePosition position,
        List<Failure> failures,
        Set<RuleId> tested,
        Set<Transition> covered,
        long nanos) {

    public TestResult {
        failures = List.copyOf(failures);
        tested = Set.copyOf(tested);
        covered = Set.copyOf(covered);
    }

    public boolean passed() {
        return failures.isEmpty();
    }
}
