package io.millrace.rules.evaluation;

import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.expression.Frame;
import io.millrace.rules.expression.HistoryDefinition;
import io.millrace.rules.expression.NextChange;
import io.millrace.rules.model.RuleId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One rule set at work on the devices of one task: what a reading, a deadline, a registry change or the rule set's own arrival
 * does to a device. A message that changes nothing allocates nothing. Of its task's thread; lives until the rules change.
 */
public final class Evaluator {

    /** A device that is not registered is kept that long after its last message. */
    static final long FORGOTTEN_AFTER = Duration.ofDays(30).toMillis();

    private static final int LEAST_BETWEEN_SAMPLES = 64;

    private final ActiveRules rules;
    private final Deadlines deadlines;
    private final Tally tally;
    private final Governor governor;
    private final Confirmations confirmations;
    private final Stage stage;
    private final RuleSteps steps;
    private final RuleChange ruleChange;
    private final Bursts bursts;
    private final Timers timers;
    private final Frame frame;
    private final Moment arrival = new Moment();
    private final Places concerned = new Places();
    /** Messages. */
    private int untilSample;

    private final News news;

    public Evaluator(
            ActiveRules rules,
            int partitions,
            Aliveness aliveness,
            Deadlines deadlines,
            Set<String> publishTopics,
            Outlet outlet,
            Witness witness) {
        this.rules = rules;
        this.deadlines = deadlines;
        frame = new Frame(aliveness);
        tally = new Tally(rules, frame, witness);
        AlertTeller alerts = new AlertTeller(rules.revision(), tally, frame, outlet);
        governor = new Governor(rules, partitions, alerts, deadlines);
        ActionRunner actions =
                new ActionRunner(rules.revision(), publishTopics, tally, frame, alerts, governor, outlet);
        confirmations = new Confirmations(tally, frame, deadlines, actions);
        stage = new Stage(rules.revision(), tally, frame, actions, alerts, governor, confirmations);
        StateMachine machine = new StateMachine(tally, stage, frame);
        ruleChange = new RuleChange(rules, tally, machine, stage, governor, alerts, outlet);
        steps = new RuleSteps(tally, frame, machine, aliveness, deadlines);
        bursts = new Bursts(frame, deadlines, steps, stage, this::speaks);
        timers = new Timers(frame, steps, stage, governor, bursts, ruleChange, deadlines);
        news = new News(rules.fields().size());
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
        boolean behind = Bursts.isBehind(device);
        device.lastSeen = Math.max(device.lastSeen, moment.received());
        if (behind || moment.lags()) {
            bursts.before(moment, device, behind);
        }
        device.newestData = moment.dataTime();
        Plan plan = device.plan;
        concerned.clear(plan.size());
        news.take(device, reading, moment.asOf() - plan.minStale);
        frame.bind(device.values, device.id(), device.attributes, moment.asOf());
        remember(device, reading.carried(), moment);
        if (device.awaits) {
            confirmations.heard(device, moment);
        }
        if (first || device.filled) {
            device.filled = false;
            plan.index.unseen(device.values, concerned);
            concerned.add(device.instances);
        } else {
            news.concern(device, reading, concerned);
        }
        for (int i = concerned.from(0); i != Places.END; i = concerned.from(i + 1)) {
            ActiveRule rule = plan.rule(i);
            if (!steps.staysInactive(device, i, moment)) {
                steps.step(device, i, moment, rule.fields.intersects(reading.carried()));
            }
            if (rule.nextChange != NextChange.NEVER) {
                deadlines.atLatest(device, rule.nextChange.next(frame, moment.now()));
            }
        }
        stage.settle(device, moment);
        if (--untilSample <= 0) {
            untilSample = Math.max(LEAST_BETWEEN_SAMPLES, plan.size());
            sample(device, moment);
        }
        timers.heard(device, moment);
    }

    /** Rules that need not be asked are now and then, to be counted: one that hears nothing it understands must not look idle. */
    private void sample(DeviceState device, Moment moment) {
        frame.bind(device.values, device.id(), device.attributes, moment.asOf());
        for (int i = 0; i < device.plan.size(); i++) {
            if (!concerned.has(i) && device.plan.rule(i).isIndexed()) {
                var unused = steps.staysInactive(device, i, moment);
            }
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
        for (int at = 0; at < device.instances.size(); at++) {
            if (Silence.isNoticed(device.instances.at(at))) {
                steps.step(device, device.instances.place(at), now, false);
            }
        }
        stage.settle(device, now);
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

    /** Whether this is a message that the device has sent before; if not, it is remembered. */
    public boolean isRedelivery(DeviceState device, Reading reading, Moment moment) {
        return device.redeliveries.seen(reading.messageId(), reading.hash(), moment.received());
    }

    /**
     * Runs what is due on a device that {@link Deadlines#due} handed out, and schedules the next.
     *
     * @param ruleTime to which time passes; the deadline may lie long before it
     * @return whether a rule was looked at, so that the state may have changed
     */
    public boolean timers(DeviceState device, long ruleTime) {
        return timers.run(device, ruleTime);
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
            device.instances = new Instances();
            device.checkedUntil = moment.now();
            timers.schedule(device, moment.now());
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
                steps.step(device, i, moment, false);
            }
        }
        stage.settle(device, moment);
        timers.schedule(device, moment.now());
    }

    /** Brings a device under these rules: one read from the changelog, one that followed other rules, a new one. */
    public void adopt(DeviceState device, Moment moment) {
        frame.bind(device.values, device.id(), device.attributes, moment.now());
        boolean[] fresh = ruleChange.adopt(device, moment);
        governor.adopt(device, moment);
        device.awaits = device.confirmations().findAny().isPresent();
        frame.bind(device.values, device.id(), device.attributes, moment.now());
        concerned.clear(fresh.length);
        device.plan.index.unseen(device.values, concerned);
        concerned.add(device.instances);
        for (int i = concerned.from(0); i != Places.END; i = concerned.from(i + 1)) {
            if (fresh[i]) {
                steps.step(device, i, moment, false);
            }
        }
        stage.settle(device, moment);
        timers.schedule(device, moment.now());
    }

    /** Brings a device under these rules whose first message is about to be evaluated. */
    public void meet(DeviceState device, Moment moment) {
        frame.bind(device.values, device.id(), device.attributes, moment.now());
        var unused = ruleChange.adopt(device, moment);
        if (device.plan.timed) {
            timers.schedule(device, moment.now());
        }
        stage.settle();
    }

    /** Takes a device out from under these rules because others follow: the last moment of those that are not among them. */
    public void release(DeviceState device, ActiveRules next, Moment moment) {
        frame.bind(device.values, device.id(), device.attributes, moment.now());
        ruleChange.release(device, next, moment);
    }

    /** Lets a rule act again that {@link FleetBrake} holds. Gives the devices that held it. */
    List<DeviceState> release(RuleId rule, long release, Moment moment) {
        return governor.release(rule, release, moment);
    }

    /** Those that {@link FleetBrake} holds. */
    List<RuleId> held(long now) {
        return governor.held(now);
    }

    /** Nobody mutes a rule any more that owes this device something. */
    void unmuted(DeviceState device, Moment moment) {
        frame.bind(device.values, device.id(), device.attributes, moment.now());
        stage.unmuted(device, moment);
        timers.schedule(device, moment.now());
    }

    /** The moment at hand could not be evaluated to its end. */
    public void abandon() {
        stage.abandon();
    }

    /** Takes a device that goes to another instance out of the counts. */
    public void leave(DeviceState device) {
        for (int at = 0; at < device.instances.size(); at++) {
            tally.left(device.plan.rule(device.instances.place(at)), device.instances.at(at).phase);
        }
    }

    /** When time alone will next make a difference to that rule, for whoever asks between two records. */
    long nextDeadline(DeviceState device, int place, long now) {
        Instance instance = device.instances.get(place);
        long next = steps.deadline(device.plan.rule(place), device, instance, now);
        return instance == null ? next : Math.min(next, instance.upkeepAt());
    }
}
