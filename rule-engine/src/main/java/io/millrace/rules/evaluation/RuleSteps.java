package io.millrace.rules.evaluation;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Frame;
import io.millrace.rules.expression.NextChange;
import org.jspecify.annotations.Nullable;

/**
 * One rule asked about one device at one moment: its hours, its silence and its condition, and when time alone will make a
 * difference next. The frame is bound to the device and the moment. Of its task's thread.
 */
final class RuleSteps {

    private final Tally tally;
    private final Frame frame;
    private final StateMachine machine;
    private final Aliveness aliveness;
    private final Silence silence;
    private final Deadlines deadlines;

    RuleSteps(Tally tally, Frame frame, StateMachine machine, Aliveness aliveness, Deadlines deadlines) {
        this.tally = tally;
        this.frame = frame;
        this.machine = machine;
        this.aliveness = aliveness;
        this.silence = new Silence(aliveness);
        this.deadlines = deadlines;
    }

    /**
     * Asks it.
     *
     * @param place of the rule in the device's plan
     * @param sampled a message that carries one of the rule's fields is the reason
     */
    void step(DeviceState device, int place, Moment moment, boolean sampled) {
        ActiveRule rule = device.plan.rule(place);
        if (rule.times != null && !atWork(rule, device, place, moment)) {
            return;
        }
        frame.freshSince(moment.asOf() - rule.staleAfter);
        boolean absent = rule.absentFor > 0 && silence.lasts(rule, device, device.instances.get(place), moment.now());
        Instance instance = machine.step(rule, device, place, absent, moment, sampled);
        if (instance != null && instance.phase != Phase.INACTIVE) {
            deadlines.atLatest(device, Math.max(machine.deadline(rule, instance), moment.now()));
        }
    }

    /** Nine evaluations in ten: nothing is remembered of the rule and its condition is not true. */
    boolean staysInactive(DeviceState device, int place, Moment moment) {
        ActiveRule rule = device.plan.rule(place);
        if (!rule.plain || device.instances.get(place) != null) {
            return false;
        }
        frame.freshSince(moment.asOf() - rule.staleAfter);
        int result = rule.test(frame);
        if (result == BooleanExpression.TRUE) {
            return false;
        }
        tally.evaluated(rule, result, device, moment);
        return true;
    }

    /** Whether a message, or what else made us look, means anything to a rule with times of its own. */
    private boolean atWork(ActiveRule rule, DeviceState device, int place, Moment moment) {
        if (rule.scheduled) {
            return false;
        }
        boolean active = rule.isActive(moment.asOf());
        Instance instance = device.instances.get(place);
        if (!active && instance != null) {
            machine.leave(rule, device, instance, moment);
        }
        return active;
    }

    /** A deadline of the rule has come. */
    void due(DeviceState device, int place, Moment moment, long ruleTime) {
        ActiveRule rule = device.plan.rule(place);
        if (rule.scheduled) {
            strike(rule, device, place, moment, ruleTime);
            return;
        }
        step(device, place, moment, false);
        Instance instance = device.instances.get(place);
        if (instance != null) {
            frame.freshSince(moment.now() - rule.staleAfter);
            machine.repeat(rule, device, instance, moment);
        }
    }

    /** A time of its schedule. One that nobody was there for is made up if it is not older than {@code max_age}. */
    private void strike(ActiveRule rule, DeviceState device, int place, Moment moment, long ruleTime) {
        boolean missed = ruleTime - moment.now() >= rule.maxAge && !aliveness.vouchesFor(moment.now());
        if (missed) {
            tally.acted(rule, rule.rule.onFiring(), Outcome.STALE);
            device.chronicle().acted(rule.id(), "on_firing", Outcome.STALE.text(), moment);
        } else if (rule.isActive(moment.now())) {
            frame.freshSince(moment.now() - rule.staleAfter);
            machine.strike(rule, device, place, moment);
        }
    }

    /** When time alone will next make a difference to that rule; {@link DeviceState#UNSCHEDULED} if never. */
    long deadline(ActiveRule rule, DeviceState device, @Nullable Instance instance, long now) {
        long next = instance == null ? DeviceState.UNSCHEDULED : StateMachine.nextRepeat(rule, instance);
        if (instance != null && Bursts.waits(rule, device, instance, now)) {
            next = Math.min(next, device.lastSeen + rule.staleAfter + 1);
            return rule.times == null || device.checkedUntil == DeviceState.NEVER
                    ? next
                    : Math.min(next, rule.times.next(device.checkedUntil));
        }
        if (instance != null && device.burstAt == DeviceState.NEVER) {
            next = Math.min(next, StateMachine.held(rule, instance));
        }
        if (rule.times != null && device.checkedUntil != DeviceState.NEVER) {
            next = Math.min(next, rule.times.next(device.checkedUntil));
            if (rule.scheduled || !rule.isActive(device.checkedUntil)) {
                return next;
            }
        }
        for (int slot : rule.slots) {
            long stale = device.values.time(slot) == DeviceState.NEVER
                    ? DeviceState.UNSCHEDULED
                    : device.values.time(slot) + rule.staleAfter + 1;
            if (stale > device.checkedUntil && stale < next && device.values.has(slot)) {
                next = stale;
            }
        }
        if (rule.nextChange != NextChange.NEVER) {
            frame.bind(device.values, device.id(), device.attributes, now);
            frame.freshSince(now - rule.staleAfter);
            next = Math.min(next, rule.nextChange.next(frame, device.checkedUntil));
        }
        if (rule.absentFor > 0 && !Silence.isNoticed(instance)) {
            next = Math.min(next, silence.due(rule, device, instance, now));
        }
        return next;
    }
}
