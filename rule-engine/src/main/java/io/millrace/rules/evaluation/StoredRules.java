package io.millrace.rules.evaluation;

import io.millrace.rules.history.History;
import io.millrace.rules.model.RuleId;
import java.util.List;
import java.util.Map;

/**
 * What the rules left on a device when another rule set was in force, by names that outlive it: in a record read from the
 * changelog, or between two rule sets.
 *
 * @param revision of the set that was in force
 * @param instances those worth remembering
 * @param values last values by {@link io.millrace.rules.expression.Field#key}
 * @param histories by {@link io.millrace.rules.expression.HistoryDefinition#key}
 */
record StoredRules(
        String revision,
        List<StoredInstance> instances,
        Map<String, StoredValue> values,
        Map<String, History> histories) {

    static final StoredRules NONE = new StoredRules("", List.of(), Map.of(), Map.of());

    /**
     * @param alert whether its episodes are told as alert events
     * @param condition the rule's condition part by hash: if it is another now, the instance is looked at again
     */
    record StoredInstance(RuleId rule, boolean alert, long condition, Instance instance) {}

    /** A value and its time; the value is null where there once was one. */
    record StoredValue(@org.jspecify.annotations.Nullable Object value, long time) {}
}
