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

    /** What the evaluator does for it. */
    interface Steps {
        void speaks(DeviceState device, Moment message);

        /** @param rule its place in the device's plan */
        void step(DeviceState device, int rule, Moment moment);

        void settle(DeviceState device, Moment moment);
    }

    private final Frame frame;
    private final Deadlines deadlines;
    private final Steps steps;
    private final Moment moment = new Moment();

    Bursts(Frame frame, Deadlines deadlines, Steps steps) {
        this.frame = frame;
        this.deadlines = deadlines;
        this.steps = steps;
    }

    /** When the burst is over if nothing more comes; {@link DeviceState#UNSCHEDULED} if there is none. */
    static long end(DeviceState device) {
        return device.burstAt == DeviceState.NEVER ? DeviceState.UNSCHEDULED : device.burstAt + PAUSE;
    }

    /** Before a reading that lags, or the first that does not: what has held long enough by the time at which it was taken. */
    void before(Moment reading, DeviceState device) {
        if (reading.lags()) {
            steps.speaks(device, reading);
        }
        long at = device.burstAt == DeviceState.NEVER ? DeviceState.UNSCHEDULED : nextHeld(device);
        while (at <= reading.asOf()) {
            Moment past = moment.pastTimer(reading.now(), at);
            frame.bind(device.values, device.id(), device.attributes, past.asOf());
            for (int i = 0; i < device.plan.size(); i++) {
                Instance instance = device.instances[i];
                if (instance != null && StateMachine.held(device.plan.rule(i), instance) <= at) {
                    steps.step(device, i, past);
                }
            }
            steps.settle(device, past);
            long next = nextHeld(device);
            at = next > at ? next : DeviceState.UNSCHEDULED;
        }
        device.burstAt = reading.lags() ? reading.now() : DeviceState.NEVER;
        if (reading.lags()) {
            deadlines.atLatest(device, end(device));
        }
    }

    private static long nextHeld(DeviceState device) {
        long next = DeviceState.UNSCHEDULED;
        for (int i = 0; i < device.plan.size(); i++) {
            Instance instance = device.instances[i];
            if (instance != null) {
                next = Math.min(next, StateMachine.held(device.plan.rule(i), instance));
            }
        }
        return next;
    }

    /** The burst is over: what is left of it is seen in rule time, as of its last reading. */
    void finish(DeviceState device) {
        Moment end = moment.timer(device.burstAt);
        device.burstAt = DeviceState.NEVER;
        frame.bind(device.values, device.id(), device.attributes, end.now());
        for (int i = 0; i < device.plan.size(); i++) {
            if (device.instances[i] != null || !device.plan.rule(i).plain) {
                steps.step(device, i, end);
            }
        }
        steps.settle(device, end);
    }
}
