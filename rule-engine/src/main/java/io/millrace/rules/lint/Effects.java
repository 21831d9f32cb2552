package io.millrace.rules.lint;

import io.millrace.rules.model.Action;
import io.millrace.rules.model.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a rule's commands do to the device that caused them, as far as the catalogue says it. Commands to another device, and those
 * under an {@code if}, are left out.
 */
record Effects(List<Effect> onFiring, List<Effect> onResolved) {

    /** One command and the fields that it sets. */
    record Effect(String command, Map<String, Object> sets) {

        /** {@code ledState=true}. */
        String text() {
            return sets.entrySet().stream()
                    .map(set -> set.getKey() + "=" + Example.text(set.getValue()))
                    .sorted()
                    .reduce((one, two) -> one + " " + two)
                    .orElse("");
        }
    }

    static Effects of(Rule rule, Map<String, Map<String, Object>> catalogue) {
        return new Effects(effects(rule.onFiring(), catalogue), effects(rule.onResolved(), catalogue));
    }

    private static List<Effect> effects(List<Action> actions, Map<String, Map<String, Object>> catalogue) {
        List<Effect> found = new ArrayList<>();
        for (Action action : actions) {
            if (action instanceof Action.Send send
                    && send.to().isEmpty()
                    && send.onlyIf().isEmpty()
                    && send.payload() instanceof io.millrace.rules.expression.Payload.Text text
                    && text.template().isLiteral()) {
                String command = text.template().source();
                Map<String, Object> sets = catalogue.getOrDefault(command, Map.of());
                if (!sets.isEmpty()) {
                    found.add(new Effect(command, sets));
                }
            }
        }
        return found;
    }

    List<Effect> all() {
        List<Effect> all = new ArrayList<>(onFiring);
        all.addAll(onResolved);
        return all;
    }

    /** Every field that it drives, with the values to which it does. */
    Map<String, List<Effect>> byField() {
        Map<String, List<Effect>> fields = new HashMap<>();
        for (Effect effect : all()) {
            effect.sets().keySet().forEach(field -> fields.computeIfAbsent(field, any -> new ArrayList<>())
                    .add(effect));
        }
        return fields;
    }
}
