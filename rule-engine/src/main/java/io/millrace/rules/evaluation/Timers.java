package io.millrace.rules.evaluation;

import io.millrace.rules.expression.Frame;
import java.time.Duration;

/**
 * What time does to a device: deadlines that are due, each at its own moment, and when to look next. Asks only the rules of which
 * something is remembered and those on which time works by itself. Of its task's thread.
 */
final class Timers {

    /** Between the end of its last episodes and the end of its record, which must not take an event with it. */
    private static final long GRACE = Duration.ofHours(1).toMillis();

    private final Frame frame;
    private final RuleSteps steps;
    private final Stage stage;
    private final Governor governor;
    private final Bursts bursts;
    private final RuleChange ruleChange;
    private final Deadlines deadlines;
    private final Moment due = new Moment();
    private final Places places = new Places();

    Timers(
            Frame frame,
            RuleSteps steps,
            Stage stage,
            Governor governor,
            Bursts bursts,
            RuleChange ruleChange,
            Deadlines deadlines) {
        this.frame = frame;
        this.steps = steps;
        this.stage = stage;
        this.governor = governor;
        this.bursts = bursts;
        this.ruleChange = ruleChange;
        this.deadlines = deadlines;
    }

    /**
     * Runs what is due on a device that {@link Deadlines#due} handed out, and schedules the next.
     *
     * @param ruleTime to which time passes; the deadline may lie long before it
     * @return whether a rule was looked at, so that the state may have changed
     */
    boolean run(DeviceState device, long ruleTime) {
        long until = device.dueAt;
        if (until >= forgetAt(device)) {
            return forget(device, until);
        }
        boolean looked = false;
        long floor = device.checkedUntil;
        if (until >= Bursts.end(device)) {
            looked = true;
            floor = Math.min(floor, device.burstAt);
            bursts.finish(device);
        }
        frame.bind(device.values, device.id(), device.attributes, until);
        collect(device);
        for (int i = places.from(0); i != Places.END; i = places.from(i + 1)) {
            ActiveRule rule = device.plan.rule(i);
            looked |= upkeep(device, i, until);
            long deadline = steps.deadline(rule, device, device.instances.get(i), until);
            if (deadline <= until) {
                looked = true;
                long at = Math.max(deadline, floor);
                if (stage.waitsAtOther(at)) {
                    stage.settle();
                }
                Moment moment = due.timer(at);
                frame.bind(device.values, device.id(), device.attributes, moment.now());
                steps.due(device, i, moment, ruleTime);
            }
        }
        if (stage.waitsAtOther(until)) {
            stage.settle();
        }
        stage.settle(device, due.timer(until));
        device.checkedUntil = until;
        schedule(device, until);
        return looked;
    }

    private void collect(DeviceState device) {
        places.clear(device.plan.size());
        places.add(device.plan.timely);
        places.add(device.instances);
    }

    /** What a rule has sent, or waits for, and time changes. */
    private boolean upkeep(DeviceState device, int place, long until) {
        Instance instance = device.instances.get(place);
        if (instance == null || instance.upkeepAt() > until) {
            return false;
        }
        ActiveRule rule = device.plan.rule(place);
        long at = Math.max(instance.upkeepAt(), device.checkedUntil);
        if (stage.waitsAtOther(at)) {
            stage.settle();
        }
        Moment moment = due.timer(at);
        frame.bind(device.values, device.id(), device.attributes, moment.now());
        governor.calm(rule, device, instance, moment);
        if (instance.confirmation != null && moment.now() >= instance.confirmation.dueAt) {
            stage.followUp(rule, device, instance, moment);
        }
        return true;
    }

    private boolean forget(DeviceState device, long now) {
        frame.bind(device.values, device.id(), device.attributes, now);
        device.forgotten = !ruleChange.expired(device, due.timer(now));
        stage.settle();
        deadlines.atLatest(device, now + GRACE);
        return true;
    }

    private static long forgetAt(DeviceState device) {
        if (device.registered) {
            return DeviceState.UNSCHEDULED;
        }
        return (device.lastSeen == DeviceState.NEVER ? device.checkedUntil : device.lastSeen)
                + Evaluator.FORGOTTEN_AFTER;
    }

    /** Sets the device's next deadline, by all that is known of it now. */
    void schedule(DeviceState device, long now) {
        long next = Math.min(Bursts.end(device), forgetAt(device));
        collect(device);
        for (int i = places.from(0); i != Places.END; i = places.from(i + 1)) {
            ActiveRule rule = device.plan.rule(i);
            Instance instance = device.instances.get(i);
            next = Math.min(next, steps.deadline(rule, device, instance, now));
            if (instance != null) {
                next = Math.min(next, instance.upkeepAt());
                Governor.forget(rule, instance, now);
            }
        }
        governor.forget(device, now);
        if (next != DeviceState.UNSCHEDULED) {
            deadlines.atLatest(device, Math.max(next, device.checkedUntil));
        }
    }

    /** After a message, which can only have moved most deadlines later: those are looked at again when they come up. */
    void heard(DeviceState device, Moment moment) {
        Plan plan = device.plan;
        if (plan.timely.length > 0 || device.instances.size() > 0) {
            // The first of these values to go stale.
            deadlines.atLatest(device, moment.now() + plan.minStale + 1);
            if (plan.minAbsent > 0) {
                deadlines.atLatest(device, moment.received() + plan.minAbsent);
            }
        } else if (device.scheduledAt == DeviceState.UNSCHEDULED) {
            long next = forgetAt(device);
            if (next != DeviceState.UNSCHEDULED) {
                deadlines.atLatest(device, next);
            }
        }
    }
}
