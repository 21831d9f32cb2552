package io.millrace.rules.evaluation;

import io.millrace.rules.expression.Field;
import io.millrace.rules.expression.FieldTable;
import io.millrace.rules.expression.FieldValues;
import io.millrace.rules.expression.HistoryDefinition;
import io.millrace.rules.history.History;
import io.millrace.rules.model.RuleId;
import java.util.ArrayList;
import java.util.HashMap;
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

    /** What is on the device, under the rules that it follows. */
    static StoredRules of(DeviceState device, ActiveRules rules) {
        List<StoredInstance> instances = new ArrayList<>();
        for (int at = 0; at < device.instances.size(); at++) {
            ActiveRule rule = device.plan.rule(device.instances.place(at));
            Instance instance = device.instances.at(at);
            if (!instance.isBlank()) {
                instances.add(new StoredInstance(rule.id(), rule.alert, rule.conditionHash, instance));
            }
        }
        Map<String, StoredValue> values = new HashMap<>();
        for (Field field : rules.fields().fields()) {
            long time = device.values.time(field.slot());
            if (time != DeviceState.NEVER) {
                values.put(field.key(), new StoredValue(device.values.value(field.slot()), time));
            }
        }
        Map<String, History> histories = new HashMap<>();
        for (HistoryDefinition definition : rules.fields().histories().histories()) {
            History history = device.values.history(definition.slot());
            if (history != null) {
                histories.put(definition.key(), history);
            }
        }
        return new StoredRules(rules.revision(), instances, values, histories);
    }

    /** The values and histories that these rules still ask for. */
    FieldValues lastValues(FieldTable fields) {
        FieldValues found = new FieldValues(fields.size());
        for (Field field : fields.fields()) {
            StoredValue kept = values.get(field.key());
            if (kept == null) {
                continue;
            }
            Object value = kept.value();
            if (value instanceof Double number) {
                found.setNumber(field.slot(), number, kept.time());
            } else if (value instanceof Boolean flag) {
                found.setFlag(field.slot(), flag, kept.time());
            } else if (value != null) {
                found.setObject(field.slot(), value, kept.time());
            } else {
                // Only the time counts: there once was a value.
                found.setNumber(field.slot(), 0, kept.time());
                found.clear(field.slot());
            }
        }
        for (HistoryDefinition definition : fields.histories().histories()) {
            History kept = histories.get(definition.key());
            if (kept != null) {
                found.remember(definition.slot(), kept);
            }
        }
        return found;
    }
}
