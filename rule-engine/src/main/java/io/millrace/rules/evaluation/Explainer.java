package io.millrace.rules.evaluation;

import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.Fault;
import io.millrace.rules.expression.Field;
import io.millrace.rules.expression.Frame;
import io.millrace.rules.expression.Numbers;
import io.millrace.rules.model.Level;
import io.millrace.rules.model.RuleId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Asks the conditions of a rule again, piece by piece, without moving anything. Of the thread that owns the device. */
final class Explainer {

    private final Evaluator evaluator;
    private final ActiveRules rules;
    private final DeviceState device;
    private final Frame frame;
    private final long now;
    private final Optional<String> lastMessage;

    /** @param partition of the device's telemetry, where that means something to a reader */
    Explainer(Evaluator evaluator, DeviceState device, Aliveness aliveness, long now, OptionalInt partition) {
        frame = new Frame(aliveness);
        this.evaluator = evaluator;
        this.rules = evaluator.rules();
        this.device = device;
        this.now = now;
        lastMessage = partition.isEmpty() || device.telemetryOffset == DeviceState.NO_OFFSET
                ? Optional.empty()
                : Optional.of(partition.getAsInt() + "/" + device.telemetryOffset);
    }

    /** Empty if there is no such rule. */
    Optional<Explanation> of(RuleId id) {
        ActiveRule rule = rules.find(id);
        return rule == null ? Optional.empty() : Optional.of(of(rule));
    }

    /** All rules in force for the device. */
    DeviceRules all() {
        List<Standing> standings = new ArrayList<>();
        for (int i = 0; i < device.plan.size(); i++) {
            standings.add(standing(device.plan.rule(i), i));
        }
        Chronicle chronicle = device.chronicle;
        return new DeviceRules(
                device.id(),
                rules.revision(),
                now,
                time(device.lastSeen),
                lastMessage,
                standings,
                chronicle == null ? List.of() : chronicle.transitions.all(),
                chronicle == null ? Optional.empty() : Optional.ofNullable(chronicle.error));
    }

    private Explanation of(ActiveRule rule) {
        frame.bind(device.values, device.id(), device.attributes, now);
        frame.freshSince(now - rule.staleAfter);
        List<Explanation.Asked> asked = new ArrayList<>();
        rule.rule.trigger().expr().ifPresent(expr -> asked.add(asked("expr", expr, rule)));
        for (Level level : rule.rule.trigger().levels()) {
            asked.add(asked(level.severity().text(), level.expr(), rule));
        }
        rule.rule.trigger().resolve().ifPresent(resolve -> asked.add(asked("resolve_expr", resolve, rule)));
        Chronicle chronicle = device.chronicle;
        return new Explanation(
                standing(rule, device.plan.indexOf(rule)),
                rules.revision(),
                device.id(),
                now,
                time(device.lastSeen),
                lastMessage,
                asked,
                chronicle == null ? List.of() : chronicle.transitionsOf(rule.id()),
                chronicle == null ? List.of() : chronicle.actsOf(rule.id()),
                chronicle == null
                        ? Optional.empty()
                        : Optional.ofNullable(chronicle.error)
                                .filter(error -> error.rule().equals(rule.id())));
    }

    /** @param place in the device's plan; negative: not in it */
    private Standing standing(ActiveRule rule, int place) {
        @Nullable Instance instance = place < 0 ? null : device.instances.get(place);
        @Nullable Pace pace = instance == null ? null : instance.pace;
        long window = rule.rule.conduct().limits().perDevice().window().toMillis();
        long next = place < 0 ? DeviceState.UNSCHEDULED : evaluator.nextDeadline(device, place, now);
        return new Standing(
                rule.rule,
                place >= 0,
                instance == null ? Phase.INACTIVE : instance.phase,
                instance == null ? Optional.empty() : instance.level(),
                time(instance == null ? Instance.NEVER : instance.since),
                instance == null ? 0 : instance.samples,
                time(instance == null ? Instance.NEVER : instance.startsAt),
                time(instance == null ? Instance.NEVER : instance.lastActed),
                pace == null ? 0 : pace.acts.within(now - window, now),
                pace != null && pace.isTripped(),
                next == DeviceState.UNSCHEDULED ? OptionalLong.empty() : OptionalLong.of(next));
    }

    private static OptionalLong time(long time) {
        return time == Instance.NEVER ? OptionalLong.empty() : OptionalLong.of(time);
    }

    private Explanation.Asked asked(String word, Condition condition, ActiveRule rule) {
        Fault.@Nullable Operation failed =
                condition.fault().isEmpty() ? null : condition.fault().get().find(frame);
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
                values(condition, rule),
                failed == null
                        ? Optional.empty()
                        : Optional.of("`" + failed.text() + "` has no result: " + failed.shown(frame)));
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
                    value == null ? OptionalLong.empty() : time(time),
                    value != null && time == device.newestData ? lastMessage : Optional.empty()));
        }
        return values;
    }
}
