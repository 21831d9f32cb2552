package io.millrace.rules.evaluation;

import io.millrace.rules.evaluation.StoredRules.StoredInstance;
import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.expression.FieldValues;
import io.millrace.rules.model.Operation;
import io.millrace.rules.model.RuleId;
import io.millrace.schemas.AlertEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes of a device's instances and values when the rules, or those that are meant for the device, are others than before.
 * Unchanged rules keep theirs untouched. Of its task's thread, with the evaluator's frame bound to the device.
 */
final class RuleChange {

    static final String REMOVED = "rule removed";
    private static final String RENAMED = "rule renamed to ";
    private static final String DISABLED = "rule disabled";
    private static final String NOT_SELECTED = "device left the selection";
    private static final String EXPIRED = "device not heard of for 30 days";
    private static final String DELETED = "device deleted";

    private final ActiveRules rules;
    private final Tally tally;
    private final StateMachine machine;
    private final Stage stage;
    private final Governor governor;
    private final AlertTeller alerts;
    private final Outlet outlet;

    RuleChange(
            ActiveRules rules,
            Tally tally,
            StateMachine machine,
            Stage stage,
            Governor governor,
            AlertTeller alerts,
            Outlet outlet) {
        this.rules = rules;
        this.tally = tally;
        this.machine = machine;
        this.stage = stage;
        this.governor = governor;
        this.alerts = alerts;
        this.outlet = outlet;
    }

    /** Another selection under the same rules. Returns which rules of the new plan have just met the device. */
    boolean[] select(DeviceState device, Moment moment) {
        Plan before = device.plan;
        Plan plan = rules.plan(device.id(), device.attributes);
        boolean[] fresh = new boolean[plan.size()];
        if (plan == before) {
            return fresh;
        }
        for (int i = 0; i < plan.size(); i++) {
            fresh[i] = before.indexOf(plan.rule(i)) < 0;
        }
        Instances instances = new Instances();
        for (int at = 0; at < device.instances.size(); at++) {
            ActiveRule rule = before.rule(device.instances.place(at));
            int place = plan.indexOf(rule);
            if (place < 0) {
                end(rule, device, device.instances.at(at), NOT_SELECTED, true, moment);
            } else {
                instances.put(place, device.instances.at(at));
            }
        }
        device.follow(plan);
        device.instances = instances;
        return fresh;
    }

    /** Deleted from the registry: its episodes are over, its values forgotten; its offsets stay, for what is read again. */
    void deleted(DeviceState device, Moment moment) {
        for (int at = 0; at < device.instances.size(); at++) {
            ActiveRule rule = device.plan.rule(device.instances.place(at));
            end(rule, device, device.instances.at(at), DELETED, false, moment);
        }
        stage.settle();
        device.attributes = DeviceAttributes.UNREGISTERED;
        device.registered = false;
        device.registeredAt = DeviceState.NEVER;
        device.lastSeen = DeviceState.NEVER;
        device.firstSeen = DeviceState.NEVER;
        device.newestData = DeviceState.NEVER;
        device.burstAt = DeviceState.NEVER;
        device.values = new FieldValues(rules.fields().size());
    }

    /** Not heard of for too long: its episodes are over. False if there were none. */
    boolean expired(DeviceState device, Moment moment) {
        boolean any = false;
        for (int at = 0; at < device.instances.size(); at++) {
            Instance instance = device.instances.at(at);
            any |= instance.phase.isFiring();
            end(device.plan.rule(device.instances.place(at)), device, instance, EXPIRED, false, moment);
        }
        device.instances = new Instances();
        return any;
    }

    /** The old rules let go: those that are not among the next end now, and what is left is kept by name. */
    void release(DeviceState device, ActiveRules next, Moment moment) {
        for (int at = 0; at < device.instances.size(); ) {
            ActiveRule rule = device.plan.rule(device.instances.place(at));
            Instance instance = device.instances.at(at);
            if (next.find(rule.id()) == null && next.heir(rule.id()) == null) {
                boolean run = rule.rule.operation().onRemoved() == Operation.OnRemoved.RUN;
                end(rule, device, instance, REMOVED, run, moment);
                device.instances.removeAt(at);
            } else {
                tally.left(rule, instance.phase);
                at++;
            }
        }
        stage.settle();
        device.stored = StoredRules.of(device, rules);
        device.follow(Plan.NONE);
        device.instances = new Instances();
    }

    /** Puts these rules to use on what is stored. Returns which rules of the plan must be looked at. */
    boolean[] adopt(DeviceState device, Moment moment) {
        StoredRules stored = device.stored;
        device.stored = StoredRules.NONE;
        device.values = stored.lastValues(rules.fields());
        device.values.firstSeen(device.firstSeen);
        Plan plan = rules.plan(device.id(), device.attributes);
        boolean[] look = new boolean[plan.size()];
        boolean edited = !stored.revision().equals(rules.revision());
        if (edited) {
            Arrays.fill(look, true);
            // A deadline that an edit has put into the past is due at the edit.
            device.checkedUntil = Math.max(device.checkedUntil, moment.now());
        }
        device.follow(plan);
        device.instances = new Instances();
        for (StoredInstance kept : stored.instances()) {
            ActiveRule same = rules.find(kept.rule());
            int i = same == null ? -1 : plan.indexOf(same);
            ActiveRule heir = i < 0 ? rules.heir(kept.rule()) : null;
            if (heir != null) {
                i = plan.indexOf(heir);
            }
            if (i < 0 || heir != null && device.instances.get(i) != null) {
                leave(kept, device, moment);
                continue;
            }
            ActiveRule rule = plan.rule(i);
            Instance instance = kept.instance();
            if (rule.levels == null) {
                instance.dropLevels();
            }
            tally.entered(rule, instance.phase);
            device.instances.put(i, instance);
            if (heir != null && instance.phase.isFiring()) {
                rename(kept, heir, device, moment);
            }
            look[i] = rule.conditionHash != kept.condition();
            if (look[i]) {
                instance.restartPending(moment.now());
            }
        }
        return look;
    }

    /** An instance whose rule is gone, or is not for this device any more. */
    private void leave(StoredInstance kept, DeviceState device, Moment moment) {
        ActiveRule rule = rules.find(kept.rule());
        if (rule != null) {
            // Here it is counted out of a phase into which this tally never counted it.
            tally.entered(rule, kept.instance().phase);
            Operation operation = rule.rule.operation();
            boolean run = operation.enabled() || operation.onRemoved() == Operation.OnRemoved.RUN;
            String reason = operation.enabled() ? NOT_SELECTED : DISABLED;
            end(rule, device, kept.instance(), reason, run, moment);
            return;
        }
        if (kept.instance().phase.isFiring()) {
            close(kept.rule(), device, kept.instance(), REMOVED, moment);
        }
        Pace pace = kept.instance().pace;
        if (pace != null && pace.isTripped()) {
            alerts.calmed(kept.rule(), false, device, pace.trippedAt, Optional.of(REMOVED), moment);
        }
    }

    private void end(
            ActiveRule rule, DeviceState device, Instance instance, String reason, boolean withActions, Moment moment) {
        if (instance.phase.isFiring()) {
            machine.resolve(rule, device, instance, Optional.of(reason), withActions, moment);
        }
        governor.leave(rule, device, instance, reason, moment);
        tally.left(rule, instance.phase);
    }

    /** The episode goes on; its events are closed under the old name and begun under the new one. */
    private void rename(StoredInstance kept, ActiveRule heir, DeviceState device, Moment moment) {
        Instance instance = kept.instance();
        close(kept.rule(), device, instance, RENAMED + heir.id().name(), moment);
        instance.labels = Map.of();
        instance.raised = List.of();
        stage.tell(heir, device, instance, moment);
    }

    /** Of a rule nothing is known any more but its name and its alerts. */
    private void close(RuleId rule, DeviceState device, Instance instance, String reason, Moment moment) {
        if (!instance.labels.isEmpty()) {
            resolved(rule, rule.name(), instance.labels, device, instance, reason, moment);
        }
        for (Instance.Raised raised : instance.raised) {
            resolved(rule, raised.name(), raised.labels(), device, instance, reason, moment);
        }
    }

    private void resolved(
            RuleId rule,
            String name,
            Map<String, String> labels,
            DeviceState device,
            Instance instance,
            String reason,
            Moment moment) {
        outlet.emit(
                device,
                new Emission.Alert(AlertEvents.event(
                        rule,
                        rules.revision(),
                        device.id(),
                        name,
                        AlertEvent.State.RESOLVED,
                        labels,
                        Map.of(),
                        instance.startsAt,
                        Optional.empty(),
                        instance.level(),
                        Optional.of(reason),
                        false,
                        moment)));
    }
}
