package io.millrace.rules.evaluation;

import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.expression.FieldTable;
import io.millrace.rules.expression.HistoryDefinition;
import io.millrace.rules.expression.HistoryTable;
import io.millrace.rules.expression.Slots;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A rule set in one task: its rules made ready, and which of them are for which device. Of its task's thread. */
public final class ActiveRules {

    /** The rules of a device, in order of evaluation; shared by all devices with the same ones. */
    static final class Plan {

        static final Plan NONE =
                new Plan(List.of(), new FieldTable.Builder().build().histories());

        private static final int[] NOBODY = {};

        private final ActiveRule[] rules;
        /** That follow it. */
        int devices;
        /** Places of the rules that act on the same thing, the best first. */
        private final Map<String, int[]> rivals = new HashMap<>();
        /** Places of the rules whose actions and events may have to wait for something to end. */
        final int[] hushed;
        /** Some rule must be looked at at a time of day. */
        final boolean timed;
        /** Shortest {@code stale_after}. */
        final long minStale;
        /** Shortest {@code absent_for}; 0 if none looks at silence. */
        final long minAbsent;
        /** What these rules remember; one that reads another comes after it. */
        final HistoryDefinition[] histories;

        Plan(List<ActiveRule> list, HistoryTable table) {
            rules = list.toArray(ActiveRule[]::new);
            hushed = IntStream.range(0, rules.length)
                    .filter(i -> rules[i].canBeHushed())
                    .toArray();
            timed = list.stream().anyMatch(rule -> rule.times != null);
            Slots slots = list.stream().map(rule -> rule.rule.histories()).reduce(Slots.NONE, Slots::union);
            histories = Arrays.stream(slots.toArray()).mapToObj(table::at).toArray(HistoryDefinition[]::new);
            minStale = list.stream().mapToLong(rule -> rule.staleAfter).min().orElse(Evaluator.FORGOTTEN_AFTER);
            minAbsent = list.stream()
                    .mapToLong(rule -> rule.absentFor)
                    .filter(millis -> millis > 0)
                    .min()
                    .orElse(0);
            list.stream()
                    .flatMap(rule -> rule.rule.conduct().target().stream())
                    .distinct()
                    .forEach(target -> rivals.put(target, rivals(list, target)));
        }

        private static int[] rivals(List<ActiveRule> list, String target) {
            return IntStream.range(0, list.size())
                    .filter(i -> target.equals(list.get(i).target))
                    .boxed()
                    .sorted((a, b) -> list.get(a).outranks(list.get(b)) ? -1 : 1)
                    .mapToInt(Integer::intValue)
                    .toArray();
        }

        int[] rivals(String target) {
            return rivals.getOrDefault(target, NOBODY);
        }

        int size() {
            return rules.length;
        }

        ActiveRule rule(int i) {
            return rules[i];
        }

        int indexOf(RuleId id) {
            for (int i = 0; i < rules.length; i++) {
                if (rules[i].id().equals(id)) {
                    return i;
                }
            }
            return -1;
        }
    }

    private final RuleSet set;
    private final List<ActiveRule> rules;
    private final Map<RuleId, ActiveRule> byId = new HashMap<>();
    /** By the name that a rule had before. */
    private final Map<RuleId, ActiveRule> heirs = new HashMap<>();

    private final Map<BitSet, Plan> plans = new HashMap<>();

    public ActiveRules(RuleSet set) {
        this.set = set;
        ActiveRule[] ready = new ActiveRule[set.rules().size()];
        for (int i = 0; i < ready.length; i++) {
            ready[i] = new ActiveRule(set.rules().get(i), i);
            byId.put(ready[i].id(), ready[i]);
        }
        rules = List.of(ready);
        for (ActiveRule rule : rules) {
            rule.rule
                    .operation()
                    .renamedFrom()
                    .map(name -> new RuleId(rule.id().group(), name))
                    .filter(former -> !byId.containsKey(former))
                    .ifPresent(former -> heirs.putIfAbsent(former, rule));
        }
    }

    public RuleSet set() {
        return set;
    }

    public String revision() {
        return set.revision();
    }

    public FieldTable fields() {
        return set.fields();
    }

    public int size() {
        return rules.size();
    }

    RuleId id(int index) {
        return rules.get(index).id();
    }

    /** Devices of this partition that the rule is for. */
    int matched(ActiveRule rule) {
        int devices = 0;
        for (Map.Entry<BitSet, Plan> plan : plans.entrySet()) {
            devices += plan.getKey().get(rule.index) ? plan.getValue().devices : 0;
        }
        return devices;
    }

    @Nullable
    ActiveRule find(RuleId id) {
        return byId.get(id);
    }

    /** The rule that has taken the place of one that is not there any more. */
    @Nullable
    ActiveRule heir(RuleId former) {
        return heirs.get(former);
    }

    Plan plan(String deviceId, DeviceAttributes attributes) {
        BitSet selected = new BitSet(rules.size());
        for (ActiveRule rule : rules) {
            if (rule.appliesTo(deviceId, attributes)) {
                selected.set(rule.index);
            }
        }
        return plans.computeIfAbsent(
                selected, bits -> new Plan(bits.stream().mapToObj(rules::get).toList(), fields().histories()));
    }
}
