package io.millrace.rules.evaluation;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Frame;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The table of states: inactive, pending, firing, closing. Asks the rule's conditions in the frame that the evaluator has bound,
 * moves the instance, and puts the effects of the move on the stage. Of its task's thread.
 */
final class StateMachine {

    private static final String OUT_OF_HOURS = "outside the active time intervals";

    private final Tally tally;
    private final Stage stage;
    private final Frame frame;

    StateMachine(Tally tally, Stage stage, Frame frame) {
        this.tally = tally;
        this.stage = stage;
        this.frame = frame;
    }

    /**
     * One evaluation.
     *
     * @param i the rule's place in the device's plan
     * @param absent the device has been silent for {@code absent_for}
     * @param sampled a message that carries one of the rule's fields is the reason
     * @return the instance; null if there is none and none is needed
     */
    @Nullable
    Instance step(ActiveRule rule, DeviceState device, int i, boolean absent, Moment moment, boolean sampled) {
        int result = rule.test(frame);
        if (absent) {
            result = BooleanExpression.TRUE;
        }
        tally.evaluated(rule, result, device, moment);
        if (result == BooleanExpression.UNKNOWN) {
            result = rule.missing;
        }
        Instance instance = device.instances.get(i);
        if (instance == null) {
            boolean met = rule.waits || rule.absentFor > 0 && device.lastSeen == DeviceState.NEVER;
            if (result != BooleanExpression.TRUE && !met) {
                return null;
            }
            instance = meet(rule, device, moment);
            device.instances.put(i, instance);
        }
        instance.absent = absent;
        if (rule.levels != null && !instance.waiting) {
            leveled(rule, rule.levels, device, instance, result, moment, sampled);
        } else {
            switch (instance.phase) {
                case INACTIVE -> inactive(rule, device, instance, result, moment);
                case PENDING -> pending(rule, device, instance, result, moment, sampled);
                case FIRING, CLOSING -> firing(rule, device, instance, result, absent, moment, sampled);
            }
        }
        instance.again = switch (instance.phase) {
            case INACTIVE -> result == BooleanExpression.TRUE && !instance.waiting;
            case FIRING -> endsWhereItBegan(rule, instance);
            case PENDING, CLOSING -> false;
        };
        return instance;
    }

    /** What ends firing is true already: the next message decides, though it may bring nothing new. */
    private boolean endsWhereItBegan(ActiveRule rule, Instance instance) {
        if (rule.levels != null && instance.levels != null) {
            return rule.levels.endWhereTheyBegan(instance.levels, frame);
        }
        return rule.resolve != null && rule.resolve.test(frame) == BooleanExpression.TRUE;
    }

    private static Instance meet(ActiveRule rule, DeviceState device, Moment moment) {
        Instance instance = new Instance();
        instance.waiting = rule.waits;
        if (rule.absentFor > 0 && device.lastSeen == DeviceState.NEVER) {
            instance.metAt = moment.now();
        }
        return instance;
    }

    private void inactive(ActiveRule rule, DeviceState device, Instance instance, int result, Moment moment) {
        if (instance.waiting) {
            instance.waiting = result != BooleanExpression.FALSE;
        } else if (result == BooleanExpression.TRUE) {
            instance.since = moment.dataTime();
            instance.samples = 1;
            instance.chain = device.chainAt(moment.now());
            if (rule.holdFor == 0 && rule.samples <= 1) {
                fire(rule, device, instance, moment);
            } else {
                move(rule, device, instance, Phase.PENDING, moment);
            }
        }
    }

    private void pending(
            ActiveRule rule, DeviceState device, Instance instance, int result, Moment moment, boolean sampled) {
        if (result != BooleanExpression.TRUE) {
            instance.since = Instance.NEVER;
            instance.samples = 0;
            move(rule, device, instance, Phase.INACTIVE, moment);
            return;
        }
        if (sampled) {
            instance.samples++;
        }
        if (instance.samples >= rule.samples && moment.dataTime() - instance.since >= rule.holdFor) {
            fire(rule, device, instance, moment);
        }
    }

    private void firing(
            ActiveRule rule,
            DeviceState device,
            Instance instance,
            int result,
            boolean absent,
            Moment moment,
            boolean sampled) {
        int end = end(rule, device, result, absent, moment);
        if (end == BooleanExpression.TRUE) {
            if (instance.phase == Phase.FIRING) {
                instance.since = moment.dataTime();
            }
            if (moment.dataTime() - instance.since >= rule.keepFiringFor) {
                resolve(rule, device, instance, Optional.empty(), true, moment);
            } else if (instance.phase == Phase.FIRING) {
                move(rule, device, instance, Phase.CLOSING, moment);
            }
            return;
        }
        if (instance.phase == Phase.CLOSING) {
            instance.since = Instance.NEVER;
            move(rule, device, instance, Phase.FIRING, moment);
        }
        if (rule.level && sampled && result == BooleanExpression.TRUE) {
            stage.act(rule, device, instance, moment);
        }
    }

    /** Whether firing is to end: {@code resolve_expr}, else not {@code expr}. {@code missing} says what unknown means for expr. */
    private int end(ActiveRule rule, DeviceState device, int result, boolean absent, Moment moment) {
        if (absent) {
            return BooleanExpression.FALSE;
        }
        int end = rule.resolve == null ? result : rule.resolve.test(frame);
        if (rule.resolve != null && end != BooleanExpression.UNKNOWN) {
            return end;
        }
        if (rule.resolve != null) {
            tally.unresolved(rule, rule.resolve, device, moment);
        }
        return not(rule.resolve == null ? result : rule.missing);
    }

    static int not(int result) {
        return switch (result) {
            case BooleanExpression.TRUE -> BooleanExpression.FALSE;
            case BooleanExpression.FALSE -> BooleanExpression.TRUE;
            default -> BooleanExpression.UNKNOWN;
        };
    }

    /** Several severities: the highest that holds is told, each change of it with the firing actions; {@code startsAt} stays. */
    private void leveled(
            ActiveRule rule,
            Levels levels,
            DeviceState device,
            Instance instance,
            int result,
            Moment moment,
            boolean sampled) {
        LevelStates states = instance.levels;
        if (states == null) {
            states = new LevelStates();
            instance.levels = states;
            if (instance.phase.isFiring()) {
                levels.inherit(states);
            }
        }
        levels.step(states, frame, moment.dataTime());
        int before = states.told;
        int now = states.highest();
        if (now == LevelStates.NONE) {
            if (before != LevelStates.NONE) {
                resolve(rule, device, instance, Optional.empty(), true, moment);
            }
        } else {
            states.told = now;
            if (before == LevelStates.NONE) {
                instance.chain = device.chainAt(moment.now());
                fire(rule, device, instance, moment);
            } else if (before != now) {
                device.chronicle().transitions.add(rule.id(), instance.phase, instance.phase, states, moment);
                stage.fire(rule, device, instance, moment);
            } else if (rule.level && sampled && result == BooleanExpression.TRUE) {
                stage.act(rule, device, instance, moment);
            }
        }
        if (instance.phase != states.phase()) {
            move(rule, device, instance, states.phase(), moment);
        }
    }

    /** A time of its schedule has come: if the condition is true the rule acts, and is inactive again. */
    void strike(ActiveRule rule, DeviceState device, int i, Moment moment) {
        int result = rule.test(frame);
        tally.evaluated(rule, result, device, moment);
        if (result == BooleanExpression.UNKNOWN) {
            result = rule.missing;
        }
        if (result != BooleanExpression.TRUE) {
            return;
        }
        Instance instance = device.instances.get(i);
        if (instance == null) {
            instance = new Instance();
            device.instances.put(i, instance);
        }
        instance.startsAt = moment.now();
        tally.moved(rule, device, null, Phase.INACTIVE, Phase.FIRING, moment);
        stage.strike(rule, device, instance, moment);
        tally.moved(rule, device, null, Phase.FIRING, Phase.INACTIVE, moment);
    }

    /** The rule's active time is over. */
    void leave(ActiveRule rule, DeviceState device, Instance instance, Moment moment) {
        if (instance.phase.isFiring()) {
            resolve(rule, device, instance, Optional.of(OUT_OF_HOURS), true, moment);
        } else if (instance.phase == Phase.PENDING) {
            move(rule, device, instance, Phase.INACTIVE, moment);
        }
        instance.absent = false;
        instance.levels = null;
        instance.samples = 0;
    }

    /** {@code repeat_interval}: due at startsAt + k times the interval, whether or not the one before was withheld. */
    void repeat(ActiveRule rule, DeviceState device, Instance instance, Moment moment) {
        if (rule.repeatInterval == 0 || !instance.phase.isFiring() || moment.now() < nextRepeat(rule, instance)) {
            return;
        }
        instance.repeats++;
        stage.fire(rule, device, instance, moment);
    }

    private void fire(ActiveRule rule, DeviceState device, Instance instance, Moment moment) {
        move(rule, device, instance, Phase.FIRING, moment);
        instance.since = Instance.NEVER;
        instance.samples = 0;
        instance.repeats = 0;
        instance.startsAt = moment.dataTime();
        stage.fire(rule, device, instance, moment);
    }

    /**
     * Ends an episode.
     *
     * @param reason told with the alert when it is not the condition that ended it
     * @param withActions whether {@code on_resolved} runs
     */
    void resolve(
            ActiveRule rule,
            DeviceState device,
            Instance instance,
            Optional<String> reason,
            boolean withActions,
            Moment moment) {
        stage.resolve(rule, device, instance, reason, withActions, moment);
        move(rule, device, instance, Phase.INACTIVE, moment);
    }

    /** The next moment at which time alone moves the instance; {@link DeviceState#UNSCHEDULED} if none. */
    long deadline(ActiveRule rule, Instance instance) {
        return Math.min(held(rule, instance), nextRepeat(rule, instance));
    }

    /** When what holds now will have held long enough, in data time. */
    static long held(ActiveRule rule, Instance instance) {
        if (rule.levels != null && instance.levels != null) {
            return rule.levels.deadline(instance.levels);
        }
        return switch (instance.phase) {
            case INACTIVE, FIRING -> DeviceState.UNSCHEDULED;
            case PENDING -> instance.samples >= rule.samples ? instance.since + rule.holdFor : DeviceState.UNSCHEDULED;
            case CLOSING -> instance.since + rule.keepFiringFor;
        };
    }

    static long nextRepeat(ActiveRule rule, Instance instance) {
        return rule.repeatInterval == 0 || !instance.phase.isFiring()
                ? DeviceState.UNSCHEDULED
                : instance.startsAt + (instance.repeats + 1) * rule.repeatInterval;
    }

    private void move(ActiveRule rule, DeviceState device, Instance instance, Phase to, Moment moment) {
        tally.moved(rule, device, instance.levels, instance.phase, to, moment);
        instance.phase = to;
    }
}
