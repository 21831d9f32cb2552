package io.millrace.rules.evaluation;

import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The rules at work on one partition: readings, registry entries and the passing of time in, emissions and changed states out, in
 * the order of work that the language promises. Knows no Kafka and no clock: live, restarted and tested runs decide the same. Of
 * its task's thread; lives as long as the task owns the partition.
 */
public final class PartitionEngine {

    /** What became of a reading. */
    public enum Taken {
        EVALUATED,
        /** Sent twice by the device (QoS 1). */
        REDELIVERY,
        /** Taken before one that the device has sent already: it overwrites nothing and decides nothing. */
        LATE,
        /** Read twice by the engine, after a crash; it has been applied. */
        REPLAYED
    }

    /** Rule time before the first record. */
    public static final long UNKNOWN_TIME = Long.MIN_VALUE;

    private final int partitions;
    private final Devices devices;
    private final Aliveness aliveness;
    private final Set<String> publishTopics;
    private final DeviceTime deviceTime;
    private final Outlet outlet;
    private final Witness witness;
    private final Deadlines deadlines = new Deadlines();
    private final Moment moment = new Moment();
    private final Arrivals arrivals;
    private final Turns turns = new Turns();
    private Evaluator evaluator;
    private ReadingScanner scanner;
    private long ruleTime = UNKNOWN_TIME;

    /** @param devices those restored are taken up as they are; their states are brought under the rules by {@link #begin} */
    public PartitionEngine(
            RuleSet rules, Devices devices, Aliveness aliveness, Set<String> publishTopics, Outlet outlet) {
        this(rules, devices, aliveness, publishTopics, DeviceTime.NONE, outlet, Witness.NONE);
    }

    /** @param deviceTime whether readings say when they were taken */
    public PartitionEngine(
            RuleSet rules,
            Devices devices,
            Aliveness aliveness,
            Set<String> publishTopics,
            DeviceTime deviceTime,
            Outlet outlet,
            Witness witness) {
        this(rules, 1, devices, aliveness, publishTopics, deviceTime, outlet, witness);
    }

    /** @param partitions into which the fleet is cut: each has its share of the limits of a rule */
    public PartitionEngine(
            RuleSet rules,
            int partitions,
            Devices devices,
            Aliveness aliveness,
            Set<String> publishTopics,
            DeviceTime deviceTime,
            Outlet outlet,
            Witness witness) {
        this.partitions = partitions;
        this.witness = witness;
        this.deviceTime = deviceTime;
        arrivals = new Arrivals(deviceTime);
        this.devices = devices;
        this.aliveness = aliveness;
        this.publishTopics = publishTopics;
        this.outlet = outlet;
        evaluator = evaluator(rules);
        scanner = new ReadingScanner(rules.fields(), deviceTime);
    }

    private Evaluator evaluator(RuleSet rules) {
        ActiveRules active = new ActiveRules(rules);
        active.obey(turns.controls());
        return new Evaluator(active, partitions, aliveness, deadlines, publishTopics, outlet, witness);
    }

    /**
     * Emits again what was in doubt when the states were written, and puts the rules to use. Once, before anything else.
     *
     * @param time of the first record that follows, or of the clock at the end of the log: rules edited meanwhile are taken up
     *     then, not in the past; {@link #UNKNOWN_TIME} if there is none
     */
    public void begin(long time) {
        for (DeviceState device : devices.all()) {
            var inDoubt = device.outbox();
            if (!inDoubt.isEmpty()) {
                device.clearOutbox();
                inDoubt.forEach(emission -> outlet.emit(device, emission));
                outlet.changed(device);
            }
        }
        adoptAll(time);
    }

    /** Largest record time seen, or where {@link #advance} has brought it. */
    public long ruleTime() {
        return ruleTime;
    }

    public ActiveRules rules() {
        return evaluator.rules();
    }

    public Tally tally() {
        return evaluator.tally();
    }

    /**
     * A record of {@code telemetry}.
     *
     * @param time of the record, in epoch milliseconds
     * @throws ReadingScanner.Poison if it cannot be used; nothing has changed then
     */
    public Taken telemetry(byte[] key, byte[] value, int partition, long offset, long time)
            throws ReadingScanner.Poison {
        Reading reading = scanner.scan(value, time);
        aliveness.sign(time);
        advance(time);
        DeviceState device = devices.find(key);
        if (device != null && offset <= device.telemetryOffset) {
            return Taken.REPLAYED;
        }
        if (device == null) {
            device = meet(key, time);
        }
        device.telemetryOffset = offset;
        Moment now = arrivals.of(device, reading, partition, offset, ruleTime, time);
        Taken taken = take(device, reading, now);
        outlet.changed(device);
        return taken;
    }

    private Taken take(DeviceState device, Reading reading, Moment now) {
        if (evaluator.isRedelivery(device, reading, now)) {
            evaluator.redelivered(device, now);
            return Taken.REDELIVERY;
        }
        if (now.dataTime() < device.newestData) {
            evaluator.late(device, reading, now);
            return Taken.LATE;
        }
        evaluator.message(device, reading, now);
        return Taken.EVALUATED;
    }

    /** How many readings since the last call had a time that cannot be: counted by when they came. */
    public long takeStrayTimestamps() {
        return arrivals.takeStray();
    }

    private DeviceState meet(byte[] key, long time) {
        DeviceState device =
                new DeviceState(Devices.id(key), key, rules().fields().size());
        devices.put(device);
        evaluator.meet(device, moment.ruleChange(rules().revision(), Math.max(ruleTime, time)));
        return device;
    }

    /**
     * A record of {@code device-registry}; empty for a deleted device.
     *
     * @return false if it has been applied before
     */
    public boolean registry(byte[] key, Optional<DeviceAttributes> attributes, int partition, long offset, long time) {
        DeviceState device = devices.find(key);
        if (device != null && offset <= device.registryOffset) {
            return false;
        }
        long now = Math.max(ruleTime, time);
        if (device == null) {
            device = new DeviceState(Devices.id(key), key, rules().fields().size());
            devices.put(device);
        }
        device.registryOffset = offset;
        device.checkedUntil = Math.max(device.checkedUntil, ruleTime);
        if (device.plan == Plan.NONE) {
            evaluator.adopt(device, moment.ruleChange(rules().revision(), now));
        }
        evaluator.registry(device, attributes, time, moment.registry(partition, offset, now));
        outlet.changed(device);
        return true;
    }

    /**
     * Where a rule stands on a device now, and why; empty if there is no such device or rule.
     *
     * @param partition of the device's telemetry, where that means something to a reader
     */
    public Optional<Explanation> explain(byte[] key, RuleId rule, OptionalInt partition) {
        return explainer(key, partition).flatMap(explainer -> explainer.of(rule));
    }

    /** Where all rules stand that are in force for a device; empty if there is no such device. */
    public Optional<DeviceRules> explain(byte[] key, OptionalInt partition) {
        return explainer(key, partition).map(Explainer::all);
    }

    private Optional<Explainer> explainer(byte[] key, OptionalInt partition) {
        DeviceState device = devices.find(key);
        return device == null
                ? Optional.empty()
                : Optional.of(new Explainer(evaluator, device, aliveness, latest(device, ruleTime), partition));
    }

    /** What the conditions of all rules of a device say of its values now. */
    public void survey(byte[] key, Survey.Answers answers) {
        DeviceState device = devices.find(key);
        if (device != null) {
            Survey.of(device, ruleTime, answers);
        }
    }

    /** Lets time pass: whatever is due by then is done, in the order of deadlines. Never goes back. */
    public void advance(long time) {
        ruleTime = Math.max(ruleTime, time);
        for (Turns.Turn turn = turns.due(ruleTime); turn != null; turn = turns.due(ruleTime)) {
            runTimers(turn.at());
            take(turn);
        }
        runTimers(ruleTime);
    }

    private void runTimers(long until) {
        DeviceState device = deadlines.due(until);
        while (device != null) {
            if (evaluator.timers(device, ruleTime)) {
                outlet.changed(device);
            }
            if (device.forgotten) {
                devices.remove(device);
                outlet.forgotten(device);
            }
            device = deadlines.due(until);
        }
    }

    /** What a person has said of a rule changes what it may do. */
    private void take(Turns.Turn turn) {
        if (turn.isRelease()) {
            evaluator
                    .release(turn.rule(), turn.said(), moment.release(turn.at()))
                    .forEach(outlet::changed);
            return;
        }
        for (DeviceState device : devices.all()) {
            if (device.owes(turn.rule())) {
                evaluator.unmuted(device, moment.timer(Math.max(turn.at(), device.checkedUntil)));
                outlet.changed(device);
            }
        }
    }

    /** What people have said of rules, from now on; they may have said more than before, not less. */
    public void obey(Controls controls) {
        turns.obey(controls, ruleTime);
        rules().obey(controls);
    }

    public Controls controls() {
        return turns.controls();
    }

    /** Rules that act on nothing here until somebody releases them. */
    public List<RuleId> held() {
        return evaluator.held(ruleTime);
    }

    /** Other rules from the next record on. Returns what the old ones counted to the end. */
    public Tally use(RuleSet rules) {
        Evaluator before = evaluator;
        Evaluator next = evaluator(rules);
        for (DeviceState device : new ArrayList<>(devices.all())) {
            before.release(device, next.rules(), moment.ruleChange(rules.revision(), latest(device, ruleTime)));
        }
        evaluator = next;
        scanner = new ReadingScanner(rules.fields(), deviceTime);
        adoptAll(ruleTime);
        return before.tally();
    }

    private void adoptAll(long time) {
        for (DeviceState device : devices.all()) {
            evaluator.adopt(device, moment.ruleChange(rules().revision(), latest(device, time)));
            outlet.changed(device);
        }
    }

    /** After an exception: what was wanted of the moment that could not be evaluated to its end must not be done at the next. */
    public void abandon() {
        evaluator.abandon();
    }

    /** Takes the devices out of the counts: the partition goes to another instance. */
    public void leave() {
        devices.all().forEach(evaluator::leave);
        deadlines.clear();
    }

    /** That time, but never before what is known of the device. */
    private static long latest(DeviceState device, long time) {
        return time != UNKNOWN_TIME
                ? Math.max(time, device.checkedUntil)
                : Math.max(device.checkedUntil, Math.max(device.lastSeen, device.registeredAt));
    }
}
