package io.millrace.rules.evaluation;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Frame;
import io.millrace.rules.model.Action;
import io.millrace.rules.model.RuleId;
import java.util.List;

/**
 * What the rules did since the last time somebody asked, as plain numbers: counting a hundred evaluations a message must cost
 * nothing. Of its task's thread, which hands it to the meters a few times a second.
 */
public final class Tally {

    private static final int RESULTS = 3;
    private static final int PHASES = Phase.values().length;
    private static final int OUTCOMES = Outcome.values().length;
    private static final int ATTEMPTS = Confirmation.Outcome.values().length;
    private static final int KINDS = Action.Kind.values().length;

    /** Takes what has been counted; only what is not zero. */
    public interface Reader {
        void evaluations(RuleId rule, int result, long count);

        void transitions(RuleId rule, Phase to, long count);

        void actions(RuleId rule, Action.Kind action, Outcome outcome, long count);

        /** When the rule fired last, in epoch milliseconds of rule time. */
        default void lastFired(RuleId rule, long time) {}

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
    /** 0 = not since the last time. */
    private final long[] lastFired;

    Tally(ActiveRules rules, Frame frame, Witness witness) {
        this.rules = rules;
        this.frame = frame;
        this.witness = witness;
        evaluations = new long[rules.size() * RESULTS];
        transitions = new long[rules.size() * PHASES];
        actions = new long[rules.size() * KINDS * OUTCOMES];
        lastFired = new long[rules.size()];
        confirmations = new long[rules.size() * ATTEMPTS];
        instances = new long[rules.size() * PHASES];
    }

    /** @param result {@link BooleanExpression#FALSE}, {@code TRUE} or {@code UNKNOWN} */
    void evaluated(ActiveRule rule, int result) {
        evaluations[rule.index * RESULTS + result]++;
    }

    void moved(ActiveRule rule, Phase from, Phase to) {
        transitions[rule.index * PHASES + to.ordinal()]++;
        left(rule, from);
        entered(rule, to);
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
