package io.millrace.rules.model;

import io.millrace.rules.expression.FieldTable;
import java.util.List;

/**
 * All rules in force, compiled. Immutable and shared between threads.
 *
 * @param revision hash of the set: equal sets have equal revisions on every replica
 * @param rules in order of evaluation (files by name, then as written)
 * @param fields the telemetry fields that any of them names
 */
public record RuleSet(String revision, List<Rule> rules, FieldTable fields) {

    /** No rules at all. */
    public static final RuleSet EMPTY = new RuleSet("empty", List.of(), new FieldTable.Builder().build());

    public RuleSet {
        rules = List.copyOf(rules);
    }
}
