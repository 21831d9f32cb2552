package io.millrace.rules.evaluation;

import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.expression.FieldTable;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A rule set in one task: its rules made ready, and which of them are for which device. Of its task's thread. */
public final class ActiveRules {

    private final RuleSet set;
    private final List<ActiveRule> rules;
    private final Map<RuleId, ActiveRule> byId = new HashMap<>();
    /** By the name that a rule had before. */
    private final Map<RuleId, ActiveRule> heirs = new HashMap<>();

    private Controls controls = Controls.NONE;

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

    ActiveRule rule(int index) {
        return rules.get(index);
    }

    RuleId id(int index) {
        return rules.get(index).id();
    }

    /** What people have said of rules counts from now on. */
    void obey(Controls said) {
        controls = said;
        rules.forEach(rule -> rule.words = said.of(rule.id()));
    }

    Controls controls() {
        return controls;
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
                selected, bits -> new Plan(bits.stream().mapToObj(rules::get).toList(), fields()));
    }
}
