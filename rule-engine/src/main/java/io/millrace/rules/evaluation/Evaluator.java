package io.millrace.rules.evaluation;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.expression.FieldValues;
import io.millrace.rules.expression.Frame;
import io.millrace.rules.expression.HistoryDefinition;
import io.millrace.rules.expression.NextChange;
import io.millrace.rules.model.RuleId;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One rule set at work on the devices of one task: what a reading, a deadline, a registry change or the rule set's own arrival
 * does to a device. A message that changes nothing allocates nothing. Of its task's thread; lives until the rules change.
 */
public final class Evaluator {

    /** A device that is not registered is kept that long after its last message. */
    static final long FORGOTTEN_AFTER = Duration.ofDays(30).toMillis();
    /** Between the end of its last episodes and the end of its record, which must not take an event with it. */
    private static final long GRACE = Duration.ofHours(1).toMillis();

    private final ActiveRules rules;
    private final Aliveness aliveness;
    private final Silence silence;
    private final Bursts bursts;
    private final Deadlines deadlines;
    private final Tally tally;
    private final Governor governor;
    private final Confirmations confirmations;
    private final Stage stage;
    private final StateMachine machine;
    private final RuleChange ruleChange;
    private final Frame frame = new Frame();
    private final Moment due = new Moment();
    private final Moment arrival = new Moment();
    private final long[] changed;

    public Evaluator(
            ActiveRules rules,
            int partitions,
            Aliveness aliveness,
            Deadlines deadlines,
            Set<String> publishTopics,
            Outlet outlet,
            Witness witness) {
        this.rules = rules;
        this.aliveness = aliveness;
        silence = new Silence(aliveness);
        this.deadlines = deadlines;
        tally = new Tally(rules, frame, witness);
        AlertTeller alerts = new AlertTeller(rules.revision(), tally, frame, outlet);
        governor = new Governor(rules, partitions, alerts, deadlines);
        ActionRunner actions =
                new ActionRunner(rules.revision(), publishTopics, tally, frame, alerts, governor, outlet);
        confirmations = new Confirmations(tally, frame, deadlines, actions);
        stage = new Stage(rules.revision(), tally, frame, actions, alerts, governor, confirmations);
        machine = new StateMachine(tally, stage, frame);
        ruleChange = new RuleChange(rules, tally, machine, stage, governor, alerts, outlet);
        bursts = new Bursts(frame, deadlines, new Bursts.Steps() {
            @Override
            public void speaks(DeviceState device, Moment message) {
                Evaluator.this.speaks(device, message);
            }

            @Override
            public void step(DeviceState device, int rule, Moment moment) {
                Evaluator.this.step(device, rule, moment, false);
            }

            @Override
            public void settle(DeviceState device, Moment moment) {
                Evaluator.this.settle(device, moment);
            }
        });
        changed = new long[(rules.fields().size() >> 6) + 1];
    }

    public ActiveRules rules() {
        return rules;
    }

    public Tally tally() {
        return tally;
    }

    /** A new reading of a device that follows these rules; not a redelivery. */
    public void message(DeviceState device, Reading reading, Moment moment) {
        boolean first = device.firstSeen == DeviceState.NEVER;
        if (first) {
            device.firstSeen = moment.now();
            device.values.firstSeen(device.firstSeen);
        }
        device.lastSeen = Math.max(device.lastSeen, moment.received());
        if (device.burstAt != DeviceState.NEVER || moment.lags()) {
            bursts.before(moment, device);
        }
        device.newestData = moment.dataTime();
        ActiveRules.Plan plan = device.plan;
        merge(device, reading, moment.asOf() - plan.minStale);
        frame.bind(device.values, device.id(), device.attributes, moment.asOf());
        remember(device, reading.carried(), moment);
        if (device.awaits) {
            confirmations.heard(device, moment);
        }
        for (int i = 0; i < plan.size(); i++) {
            ActiveRule rule = plan.rule(i);
            boolean carried = rule.fields.intersects(reading.carried());
            boolean look = carried
                    ? rule.always || rule.fields.intersects(changed) || endedTrue(device.instances[i])
                    : rule.everyMessage || rule.absentFor > 0 && Silence.isNoticed(device.instances[i]);
            if (look || first) {
                if (!staysInactive(rule, device.instances[i], moment)) {
                    step(device, i, moment, carried);
                }
                if (rule.nextChange != NextChange.NEVER) {
                    deadlines.atLatest(device, rule.nextChange.next(frame, moment.now()));
                }
            }
        }
        settle(device, moment);
        // The first of these values to go stale, the first silence to be noticed: the entry is looked at again when it
        // comes up.
        deadlines.atLatest(device, moment.now() + plan.minStale + 1);
        if (plan.minAbsent > 0) {
            deadlines.atLatest(device, moment.received() + plan.minAbsent);
        }
    }

    /** Adds what the message brought to the histories that its device's rules read. */
    private void remember(DeviceState device, long[] carried, Moment moment) {
        for (HistoryDefinition history : device.plan.histories) {
            if (history.fields().intersects(carried)) {
                frame.freshSince(moment.asOf() - history.staleAfter());
                history.sample(device.values, frame, moment.dataTime());
            }
        }
    }

    /** A reading taken before one that has come already: it fills gaps, and shows that the device lives. */
    public void late(DeviceState device, Reading reading, Moment moment) {
        LateReadings.fill(device, reading, moment, frame);
        redelivered(device, moment);
    }

    /** It is silent no more, whatever it says and of whenever. */
    private void speaks(DeviceState device, Moment message) {
        Moment now = arrival.arrivalOf(message);
        frame.bind(device.values, device.id(), device.attributes, now.now());
        for (int i = 0; i < device.plan.size(); i++) {
            if (Silence.isNoticed(device.instances[i])) {
                step(device, i, now, false);
            }
        }
        settle(device, now);
    }

    /** Nine evaluations in ten: nothing is remembered of the rule and its condition is not true. */
    private boolean staysInactive(ActiveRule rule, @Nullable Instance instance, Moment moment) {
        if (instance != null || !rule.plain) {
            return false;
        }
        frame.freshSince(moment.asOf() - rule.staleAfter);
        int result = rule.test(frame);
        if (result == BooleanExpression.TRUE) {
            return false;
        }
        tally.evaluated(rule, result);
        return true;
    }

    /** The same message once more: a sign of life, no sample. */
    public void redelivered(DeviceState device, Moment moment) {
        device.lastSeen = Math.max(device.lastSeen, moment.received());
        device.newestData = Math.max(device.newestData, moment.dataTime());
        speaks(device, moment);
        if (device.plan.minAbsent > 0) {
            deadlines.atLatest(device, moment.received() + device.plan.minAbsent);
        }
    }

    /** All rules have been asked. */
    private void settle(DeviceState device, Moment moment) {
        if (device.plan.hushed.length > 0) {
            stage.release(device, moment);
        }
        stage.settle();
    }

    /** Whether this is a message that the device has sent before; if not, it is remembered. */
    public boolean isRedelivery(DeviceState device, Reading reading, Moment moment) {
        return device.redeliveries.seen(reading.messageId(), reading.hash(), moment.received());
    }

    /**
     * Runs what is due on a device that {@link Deadlines#due} handed out, each rule at its own deadline, and schedules the next.
     *
     * @param ruleTime to which time passes; the deadline may lie long before it
     * @return whether a rule was looked at, so that the state may have changed
     */
    public boolean timers(DeviceState device, long ruleTime) {
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
        for (int i = 0; i < device.plan.size(); i++) {
            ActiveRule rule = device.plan.rule(i);
            looked |= upkeep(rule, device, device.instances[i], until);
            long deadline = deadline(rule, device, device.instances[i], until);
            if (deadline <= until) {
                looked = true;
                long at = Math.max(deadline, floor);
                if (stage.waitsAtOther(at)) {
                    stage.settle();
                }
                Moment moment = due.timer(at);
                frame.bind(device.values, device.id(), device.attributes, moment.now());
                if (rule.scheduled) {
                    strike(rule, device, i, moment, ruleTime);
                    continue;
                }
                step(device, i, moment, false);
                Instance instance = device.instances[i];
                if (instance != null) {
                    frame.freshSince(moment.now() - rule.staleAfter);
                    machine.repeat(rule, device, instance, moment);
                }
            }
        }
        if (stage.waitsAtOther(until)) {
            stage.settle();
        }
        settle(device, due.timer(until));
        device.checkedUntil = until;
        schedule(device, until);
        return looked;
    }

    /** What a rule has sent, or waits for, and time changes. */
    private boolean upkeep(ActiveRule rule, DeviceState device, @Nullable Instance instance, long until) {
        if (instance == null || instance.upkeepAt() > until) {
            return false;
        }
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
        return (device.lastSeen == DeviceState.NEVER ? device.checkedUntil : device.lastSeen) + FORGOTTEN_AFTER;
    }

    /**
     * The registry's word on a device. Empty: it has been deleted.
     *
     * @param recorded when the registry said so: a device never heard of is silent since then
     */
    public void registry(DeviceState device, Optional<DeviceAttributes> attributes, long recorded, Moment moment) {
        if (attributes.isEmpty()) {
            frame.bind(device.values, device.id(), device.attributes, moment.now());
            ruleChange.deleted(device, moment);
            device.follow(rules.plan(device.id(), device.attributes));
            device.instances = new Instance[device.plan.size()];
            device.checkedUntil = moment.now();
            schedule(device, moment.now());
            return;
        }
        boolean first = !device.registered;
        if (first) {
            device.registered = true;
            device.registeredAt = recorded;
        } else if (device.attributes.equals(attributes.get())) {
            return;
        }
        device.attributes = attributes.get();
        frame.bind(device.values, device.id(), device.attributes, moment.now());
        boolean[] fresh = ruleChange.select(device, moment);
        for (int i = 0; i < fresh.length; i++) {
            ActiveRule rule = device.plan.rule(i);
            if (fresh[i] || rule.readsDevice || first && rule.absentFor > 0) {
                step(device, i, moment, false);
            }
        }
        settle(device, moment);
        schedule(device, moment.now());
    }

    /** Brings a device under these rules: one read from the changelog, one that followed other rules, a new one. */
    public void adopt(DeviceState device, Moment moment) {
        frame.bind(device.values, device.id(), device.attributes, moment.now());
        boolean[] fresh = ruleChange.adopt(device, moment);
        governor.adopt(device, moment);
        device.awaits = device.confirmations().findAny().isPresent();
        frame.bind(device.values, device.id(), device.attributes, moment.now());
        for (int i = 0; i < fresh.length; i++) {
            if (fresh[i]) {
                step(device, i, moment, false);
            }
        }
        settle(device, moment);
        schedule(device, moment.now());
    }

    /** Brings a device under these rules whose first message is about to be evaluated. */
    public void meet(DeviceState device, Moment moment) {
        frame.bind(device.values, device.id(), device.attributes, moment.now());
        var unused = ruleChange.adopt(device, moment);
        if (device.plan.timed) {
            schedule(device, moment.now());
        }
        stage.settle();
    }

    /** Takes a device out from under these rules because others follow: the last moment of those that are not among them. */
    public void release(DeviceState device, ActiveRules next, Moment moment) {
        frame.bind(device.values, device.id(), device.attributes, moment.now());
        ruleChange.release(device, next, moment);
    }

    /** Lets a rule act again that {@link FleetBrake} holds. Gives the device whose state has changed; null if it is not held. */
    @Nullable
    DeviceState release(RuleId rule, Moment moment) {
        return governor.release(rule, moment);
    }

    /** Takes a device that goes to another instance out of the counts. */
    public void leave(DeviceState device) {
        for (int i = 0; i < device.plan.size(); i++) {
            Instance instance = device.instances[i];
            if (instance != null) {
                tally.left(device.plan.rule(i), instance.phase);
            }
        }
    }

    private void merge(DeviceState device, Reading reading, long freshSince) {
        Arrays.fill(changed, 0);
        FieldValues news = reading.values();
        FieldValues last = device.values;
        long[] carried = reading.carried();
        for (int word = 0; word < carried.length; word++) {
            for (long bits = carried[word]; bits != 0; bits &= bits - 1) {
                int slot = (word << 6) + Long.numberOfTrailingZeros(bits);
                if (last.time(slot) < freshSince || !last.sameValue(slot, news)) {
                    changed[word] |= 1L << slot;
                }
                last.take(slot, news);
            }
        }
    }

    private void step(DeviceState device, int i, Moment moment, boolean sampled) {
        ActiveRule rule = device.plan.rule(i);
        if (rule.times != null && !atWork(rule, device, i, moment)) {
            return;
        }
        frame.freshSince(moment.asOf() - rule.staleAfter);
        boolean absent = rule.absentFor > 0 && silence.lasts(rule, device, device.instances[i], moment.now());
        Instance instance = machine.step(rule, device, i, absent, moment, sampled);
        if (instance != null && instance.phase != Phase.INACTIVE) {
            deadlines.atLatest(device, Math.max(machine.deadline(rule, instance), moment.now()));
        }
    }

    /** Whether a message, or what else made us look, means anything to a rule with times of its own. */
    private boolean atWork(ActiveRule rule, DeviceState device, int i, Moment moment) {
        if (rule.scheduled) {
            return false;
        }
        boolean active = rule.isActive(moment.asOf());
        Instance instance = device.instances[i];
        if (!active && instance != null) {
            machine.leave(rule, device, instance, moment);
        }
        return active;
    }

    /** A time of its schedule. One that nobody was there for is made up if it is not older than {@code max_age}. */
    private void strike(ActiveRule rule, DeviceState device, int i, Moment moment, long ruleTime) {
        boolean missed = ruleTime - moment.now() >= rule.maxAge && !aliveness.vouchesFor(moment.now());
        if (missed) {
            tally.acted(rule, rule.rule.onFiring(), Outcome.STALE);
        } else if (rule.isActive(moment.now())) {
            frame.freshSince(moment.now() - rule.staleAfter);
            machine.strike(rule, device, i, moment);
        }
    }

    private static boolean endedTrue(@Nullable Instance instance) {
        return instance != null && instance.again;
    }

    private void schedule(DeviceState device, long now) {
        long next = Math.min(Bursts.end(device), forgetAt(device));
        for (int i = 0; i < device.plan.size(); i++) {
            Instance instance = device.instances[i];
            next = Math.min(next, deadline(device.plan.rule(i), device, instance, now));
            if (instance != null) {
                next = Math.min(next, instance.upkeepAt());
                Governor.forget(device.plan.rule(i), instance, now);
            }
        }
        Governor.forget(device, now);
        if (next != DeviceState.UNSCHEDULED) {
            deadlines.atLatest(device, Math.max(next, device.checkedUntil));
        }
    }

    /** When time alone will next make a difference to that rule; {@link DeviceState#UNSCHEDULED} if never. */
    private long deadline(ActiveRule rule, DeviceState device, @Nullable Instance instance, long now) {
        long next = instance == null ? DeviceState.UNSCHEDULED : StateMachine.nextRepeat(rule, instance);
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
            frame.freshSince(now - rule.staleAfter);
            next = Math.min(next, rule.nextChange.next(frame, device.checkedUntil));
        }
        if (rule.absentFor > 0 && !Silence.isNoticed(instance)) {
            next = Math.min(next, silence.due(rule, device, instance, now));
        }
        return next;
    }
}
