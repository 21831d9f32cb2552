package io.millrace.rules.evaluation;

import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.Field;
import io.millrace.rules.expression.Frame;
import io.millrace.rules.expression.Numbers;
import io.millrace.rules.model.Level;
import io.millrace.rules.model.RuleId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Asks the conditions of a rule again, piece by piece, without moving anything. Of the thread that owns the device. */
final class Explainer {

    private final ActiveRules rules;
    private final DeviceState device;
    private final Frame frame;
    private final long now;

    Explainer(ActiveRules rules, DeviceState device, Aliveness aliveness, long now) {
        frame = new Frame(aliveness);
        this.rules = rules;
        this.device = device;
        this.now = now;
    }

    /** Empty if there is no such rule. */
    Optional<Explanation> of(RuleId id) {
        ActiveRule rule = rules.find(id);
        if (rule == null) {
            return Optional.empty();
        }
        frame.bind(device.values, device.id(), device.attributes, now);
        frame.freshSince(now - rule.staleAfter);
        int place = device.plan.indexOf(rule);
        @Nullable Instance instance = place < 0 ? null : device.instances.get(place);
        List<Explanation.Asked> asked = new ArrayList<>();
        rule.rule.trigger().expr().ifPresent(expr -> asked.add(asked("expr", expr, rule)));
        for (Level level : rule.rule.trigger().levels()) {
            asked.add(asked(level.severity().text(), level.expr(), rule));
        }
        rule.rule.trigger().resolve().ifPresent(resolve -> asked.add(asked("resolve_expr", resolve, rule)));
        return Optional.of(new Explanation(
                rule.rule,
                device.id(),
                now,
                place >= 0,
                instance == null ? Phase.INACTIVE : instance.phase,
                instance == null ? Optional.empty() : instance.level(),
                time(instance == null ? Instance.NEVER : instance.since),
                instance == null ? 0 : instance.samples,
                time(instance == null ? Instance.NEVER : instance.startsAt),
                time(instance == null ? Instance.NEVER : instance.lastActed),
                time(device.lastSeen),
                asked));
    }

    private static OptionalLong time(long time) {
        return time == Instance.NEVER ? OptionalLong.empty() : OptionalLong.of(time);
    }

    private Explanation.Asked asked(String word, Condition condition, ActiveRule rule) {
        return new Explanation.Asked(
                word,
                condition.text(),
                condition.test(frame),
                condition.parts().stream()
                        .map(part -> new Explanation.Part(
                                part.text(),
                                part.shown(frame),
                                part.expression().test(frame)))
                        .toList(),
                values(condition, rule));
    }

    private List<Explanation.Value> values(Condition condition, ActiveRule rule) {
        List<Explanation.Value> values = new ArrayList<>();
        for (int slot : condition.inputs().fields().toArray()) {
            Field field = rules.fields().fields().get(slot);
            long time = device.values.time(slot);
            Object value = device.values.value(slot);
            values.add(new Explanation.Value(
                    field.name(),
                    value == null
                            ? "missing"
                            : value instanceof Double number ? Numbers.text(number) : value.toString(),
                    value != null && time < now - rule.staleAfter,
                    value == null ? OptionalLong.empty() : time(time)));
        }
        return values;
    }
}
