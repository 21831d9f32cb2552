package io.millrace.rules.lint;

import io.millrace.rules.expression.Field;
import io.millrace.rules.model.Rule;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * What the warnings of one file look at.
 *
 * @param rules those that are good, in the order of the file
 * @param sets by the payload of each command of the catalogue, which fields it sets to which Double, Boolean or String
 * @param fields by slot
 * @param evidence recorded telemetry and the registry
 */
public record Suspects(
        List<Rule> rules, Map<String, Map<String, Object>> sets, IntFunction<Field> fields, Evidence evidence) {

    public Suspects {
        rules = List.copyOf(rules);
        sets = Map.copyOf(sets);
    }

    Field field(int slot) {
        return fields.apply(slot);
    }
}
