package io.millrace.rules.evaluation;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.Fault;
import io.millrace.rules.expression.Frame;
import io.millrace.rules.model.Action;
import io.millrace.rules.model.RuleId;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the rules did since the last time somebody asked, as plain numbers: counting a hundred evaluations a message must cost
 * nothing. Of its task's thread, which hands it to the meters a few times a second.
 */
public final class Tally {

    private static final int RESULTS = 4;
    /** As a result that is told: unknown, although nothing was missing. */
    public static final int ERROR = 3;
    /** An error that lasts is looked at that often, in rule time; it is counted each time. */
    private static final long EXAMPLES_EVERY = 1_000;

    private static final int PHASES = Phase.values().length;
    private static final int OUTCOMES = Outcome.values().length;
    private static final int ATTEMPTS = Confirmation.Outcome.values().length;
    private static final int KINDS = Action.Kind.values().length;

    /** Takes what has been counted; only what is not zero. */
    public interface Reader {
        /** @param result {@link BooleanExpression#FALSE}, {@code TRUE}, {@code UNKNOWN} or {@link #ERROR} */
        void evaluations(RuleId rule, int result, long count);

        void transitions(RuleId rule, Phase to, long count);

        void actions(RuleId rule, Action.Kind action, Outcome outcome, long count);

        /** When the rule fired last, in epoch milliseconds of rule time. */
        default void lastFired(RuleId rule, long time) {}

        /** The last of the errors that were counted, or one of the last. */
        default void failed(EvaluationError example) {}

        default void confirmations(RuleId rule, String outcome, long count) {}

        /** How many instances more (or fewer) are in that phase. */
        void instances(RuleId rule, Phase phase, long change);
    }

    private final ActiveRules rules;
    private final Witness witness;
    /** Bound to the device and the moment of what is counted. */
    private final Frame frame;

    private final long[] evaluations;
    private final long[] transitions;
    private final long[] actions;
    private final long[] instances;
    private final long[] confirmations;
    /** Of each rule, null as long as it has none that is not told. */
    private final @Nullable EvaluationError[] errors;
    /** When the one before was. */
    private final long[] failedAt;
    /** 0 = not since the last time. */
    private final long[] lastFired;

    Tally(ActiveRules rules, Frame frame, Witness witness) {
        this.rules = rules;
        this.frame = frame;
        this.witness = witness;
        evaluations = new long[rules.size() * RESULTS];
        transitions = new long[rules.size() * PHASES];
        actions = new long[rules.size() * KINDS * OUTCOMES];
        errors = new EvaluationError[rules.size()];
        failedAt = new long[rules.size()];
        Arrays.fill(failedAt, -EXAMPLES_EVERY);
        lastFired = new long[rules.size()];
        confirmations = new long[rules.size() * ATTEMPTS];
        instances = new long[rules.size() * PHASES];
    }

    /**
     * The frame is still as it was.
     *
     * @param result {@link BooleanExpression#FALSE}, {@code TRUE} or {@code UNKNOWN}
     */
    void evaluated(ActiveRule rule, int result, DeviceState device, Moment moment) {
        evaluations[rule.index * RESULTS + result]++;
        if (result == BooleanExpression.UNKNOWN && rule.fault != null && hasFailed(rule, rule.fault, device, moment)) {
            evaluations[rule.index * RESULTS + BooleanExpression.UNKNOWN]--;
        }
    }

    /** {@code resolve_expr} is unknown: an error there is counted too, for it keeps the rule firing. */
    void unresolved(ActiveRule rule, Condition resolve, DeviceState device, Moment moment) {
        if (resolve.fault().isPresent()) {
            var unused = hasFailed(rule, resolve.fault().get(), device, moment);
        }
    }

    private boolean hasFailed(ActiveRule rule, Fault fault, DeviceState device, Moment moment) {
        Fault.Operation culprit = fault.find(frame);
        if (culprit == null) {
            return false;
        }
        evaluations[rule.index * RESULTS + ERROR]++;
        boolean isExample = Math.abs(moment.now() - failedAt[rule.index]) >= EXAMPLES_EVERY;
        if (isExample || device.chronicle().wants(rule.id(), moment)) {
            EvaluationError error = new EvaluationError(
                    rule.id(), device.id(), moment.now(), moment.cause(), culprit.text(), culprit.shown(frame));
            device.chronicle().error = error;
            errors[rule.index] = error;
            failedAt[rule.index] = moment.now();
        }
        return true;
    }

    void moved(ActiveRule rule, DeviceState device, @Nullable LevelStates levels, Phase from, Phase to, Moment moment) {
        transitions[rule.index * PHASES + to.ordinal()]++;
        left(rule, from);
        entered(rule, to);
        device.chronicle().transitions.add(rule.id(), from, to, levels, moment);
        witness.moved(rule.id(), frame.deviceId(), frame.now(), from, to);
    }

    void entered(ActiveRule rule, Phase phase) {
        instances[rule.index * PHASES + phase.ordinal()]++;
    }

    void left(ActiveRule rule, Phase phase) {
        instances[rule.index * PHASES + phase.ordinal()]--;
    }

    void acted(ActiveRule rule, Action.Kind action, Outcome outcome) {
        actions[(rule.index * KINDS + action.ordinal()) * OUTCOMES + outcome.ordinal()]++;
        witness.acted(rule.id(), frame.deviceId(), frame.now(), action, outcome);
    }

    void fired(ActiveRule rule, long time) {
        lastFired[rule.index] = Math.max(lastFired[rule.index], time);
    }

    void confirmed(ActiveRule rule, Confirmation.Outcome outcome) {
        confirmations[rule.index * ATTEMPTS + outcome.ordinal()]++;
    }

    /** All of a set alike. */
    void acted(ActiveRule rule, List<Action> set, Outcome outcome) {
        set.forEach(action -> acted(rule, action.kind(), outcome));
    }

    /** Tells and forgets. */
    public void drainTo(Reader reader) {
        for (int rule = 0; rule < rules.size(); rule++) {
            RuleId id = rules.id(rule);
            for (int result = 0; result < RESULTS; result++) {
                long count = take(evaluations, rule * RESULTS + result);
                if (count != 0) {
                    reader.evaluations(id, result, count);
                }
            }
            for (Phase phase : Phase.values()) {
                long moved = take(transitions, rule * PHASES + phase.ordinal());
                if (moved != 0) {
                    reader.transitions(id, phase, moved);
                }
                long change = take(instances, rule * PHASES + phase.ordinal());
                if (change != 0 && phase != Phase.INACTIVE) {
                    reader.instances(id, phase, change);
                }
            }
            EvaluationError error = errors[rule];
            if (error != null) {
                reader.failed(error);
                errors[rule] = null;
            }
            long fired = take(lastFired, rule);
            if (fired != 0) {
                reader.lastFired(id, fired);
            }
            for (Confirmation.Outcome outcome : Confirmation.Outcome.values()) {
                long count = take(confirmations, rule * ATTEMPTS + outcome.ordinal());
                if (count != 0) {
                    reader.confirmations(id, outcome.text(), count);
                }
            }
            for (Action.Kind action : Action.Kind.values()) {
                for (Outcome outcome : Outcome.values()) {
                    long count = take(actions, (rule * KINDS + action.ordinal()) * OUTCOMES + outcome.ordinal());
                    if (count != 0) {
                        reader.actions(id, action, outcome, count);
                    }
                }
            }
        }
    }

    private static long take(long[] counts, int at) {
        long count = counts[at];
        counts[at] = 0;
        return count;
    }
}
