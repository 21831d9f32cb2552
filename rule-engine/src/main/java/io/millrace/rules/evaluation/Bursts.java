package io.millrace.rules.evaluation;

import io.millrace.rules.expression.Frame;

/**
 * Readings that a device kept while it had no network and sends in one go. Between two of them, what holds is measured on their own
 * times; once the device pauses or has caught up, what is left goes by rule time again. Of its task's thread.
 */
final class Bursts {

    /** A reading older than this when it comes was kept by the device for a while: its time is that of the decisions. */
    static final long LAG = 1_000;
    /** After that long without a further one the burst is over. */
    static final long PAUSE = 1_000;

    /** Tells a device's rules that it speaks, whatever it says. */
    interface Sign {
        void speaks(DeviceState device, Moment message);
    }

    private final Frame frame;
    private final Deadlines deadlines;
    private final RuleSteps steps;
    private final Stage stage;
    private final Sign sign;
    private final Moment moment = new Moment();
    private final Places places = new Places();

    Bursts(Frame frame, Deadlines deadlines, RuleSteps steps, Stage stage, Sign sign) {
        this.frame = frame;
        this.deadlines = deadlines;
        this.steps = steps;
        this.stage = stage;
        this.sign = sign;
    }

    /** When the burst is over if nothing more comes; {@link DeviceState#UNSCHEDULED} if there is none. */
    static long end(DeviceState device) {
        return device.burstAt == DeviceState.NEVER ? DeviceState.UNSCHEDULED : device.burstAt + PAUSE;
    }

    /** Whether its last reading had been taken some time before it came. */
    static boolean isBehind(DeviceState device) {
        return device.burstAt != DeviceState.NEVER || device.lastSeen - device.newestData > LAG;
    }

    /**
     * Whether what holds waits for the device's next reading: its values were stale when they came, so rule time has no say. Not
     * for longer than values live.
     */
    static boolean waits(ActiveRule rule, DeviceState device, Instance instance, long now) {
        return device.lastSeen - device.newestData > rule.staleAfter
                && now <= device.lastSeen + rule.staleAfter
                && (instance.phase == Phase.PENDING || StateMachine.held(rule, instance) != DeviceState.UNSCHEDULED);
    }

    /**
     * Before a reading that lags, or the first that does not: what has held long enough, or has gone stale, by the time at which it
     * was taken.
     *
     * @param behind the device was, by the reading before
     */
    void before(Moment reading, DeviceState device, boolean behind) {
        if (reading.lags()) {
            sign.speaks(device, reading);
        }
        long at = behind ? nextChange(device, device.newestData) : DeviceState.UNSCHEDULED;
        while (at <= reading.asOf()) {
            Moment past = moment.pastTimer(reading.now(), at);
            frame.bind(device.values, device.id(), device.attributes, past.asOf());
            for (int i = 0; i < device.instances.size(); i++) {
                int place = device.instances.place(i);
                if (nextChange(device.plan.rule(place), device, device.instances.at(i), at - 1) <= at) {
                    steps.step(device, place, past, false);
                }
            }
            stage.settle(device, past);
            long next = nextChange(device, at);
            at = next > at ? next : DeviceState.UNSCHEDULED;
        }
        device.burstAt = reading.lags() ? reading.now() : DeviceState.NEVER;
        if (reading.lags()) {
            deadlines.atLatest(device, end(device));
        }
    }

    private static long nextChange(DeviceState device, long after) {
        long next = DeviceState.UNSCHEDULED;
        for (int i = 0; i < device.instances.size(); i++) {
            ActiveRule rule = device.plan.rule(device.instances.place(i));
            next = Math.min(next, nextChange(rule, device, device.instances.at(i), after));
        }
        return next;
    }

    /** When it has held long enough, or one of its values goes stale if that is later than {@code after}. */
    private static long nextChange(ActiveRule rule, DeviceState device, Instance instance, long after) {
        long next = StateMachine.held(rule, instance);
        for (int slot : rule.slots) {
            long stale = device.values.time(slot) + rule.staleAfter + 1;
            if (device.values.has(slot) && stale > after) {
                next = Math.min(next, stale);
            }
        }
        return next;
    }

    /** The burst is over: what is left of it is seen in rule time, as of its last reading. */
    void finish(DeviceState device) {
        Moment end = moment.timer(device.burstAt);
        device.burstAt = DeviceState.NEVER;
        frame.bind(device.values, device.id(), device.attributes, end.now());
        places.clear(device.plan.size());
        places.add(device.plan.timely);
        places.add(device.instances);
        for (int i = places.from(0); i != Places.END; i = places.from(i + 1)) {
            Instance instance = device.instances.get(i);
            if (instance == null || !waits(device.plan.rule(i), device, instance, end.now())) {
                steps.step(device, i, end, false);
            }
        }
        stage.settle(device, end);
    }
}
