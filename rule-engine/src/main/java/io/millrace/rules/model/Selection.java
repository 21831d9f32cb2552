package io.millrace.rules.model;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.expression.FieldValues;
import io.millrace.rules.expression.Frame;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which devices a rule is for. Pure: the answer depends on the id and the registry's entry only, so that lists per device can be
 * kept until one of them changes.
 *
 * @param ids at least one must match; empty = any id
 * @param labels each must be there with one of its values; a device without a registry entry has none
 * @param except none may match
 * @param expr must be true of the registry's entry; unknown = not selected
 * @param within the selection of the group, which must fit too
 */
public record Selection(
        List<Glob> ids,
        Map<String, List<String>> labels,
        List<Glob> except,
        Optional<Condition> expr,
        Optional<Selection> within) {

    public static final Selection ALL =
            new Selection(List.of(), Map.of(), List.of(), Optional.empty(), Optional.empty());

    public Selection {
        ids = List.copyOf(ids);
        labels = java.util.Collections.unmodifiableMap(new TreeMap<>(labels));
        except = List.copyOf(except);
    }

    public boolean matches(String deviceId, DeviceAttributes attributes) {
        return (ids.isEmpty() || ids.stream().anyMatch(glob -> glob.matches(deviceId)))
                && except.stream().noneMatch(glob -> glob.matches(deviceId))
                && labels.entrySet().stream().allMatch(label -> {
                    String value = attributes.labels().get(label.getKey());
                    return value != null && label.getValue().contains(value);
                })
                && expr.map(condition -> holds(condition, deviceId, attributes)).orElse(true)
                && within.map(outer -> outer.matches(deviceId, attributes)).orElse(true);
    }

    /** Asked when a device appears or its entry changes, not for each message: it may allocate. */
    private static boolean holds(Condition condition, String deviceId, DeviceAttributes attributes) {
        Frame frame = new Frame();
        frame.bind(new FieldValues(0), deviceId, attributes, 0);
        return condition.test(frame) == BooleanExpression.TRUE;
    }

    /** True if only the id counts, so that a registry change cannot alter the answer. */
    public boolean byIdOnly() {
        return labels.isEmpty()
                && expr.isEmpty()
                && within.map(Selection::byIdOnly).orElse(true);
    }

    public Selection within(Selection outer) {
        return new Selection(ids, labels, except, expr, Optional.of(outer));
    }
}
