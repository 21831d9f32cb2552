package io.millrace.rules.evaluation;

import io.millrace.rules.model.RuleId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has happened on a device lately, for whoever asks why. Nothing is decided by it. Kept in the device's record, and only for
 * devices on which something has happened. Of its task's thread.
 */
final class Chronicle {

    private static final int ACTS = 10;
    private static final int LONGEST = 60;
    /** An error that lasts is written down that often. */
    private static final long ERRORS_EVERY = 10_000;

    final Transitions transitions = new Transitions();
    /** Oldest first; what is the same as the one before it is counted there. */
    final Deque<Explanation.Act> acts = new ArrayDeque<>(2);

    @Nullable
    EvaluationError error;

    /**
     * An action, or what became of it.
     *
     * @param what payload or kind of action
     * @param outcome in words
     */
    void acted(RuleId rule, String what, String outcome, Moment moment) {
        String shown = what.length() <= LONGEST ? what : what.substring(0, LONGEST) + "…";
        Explanation.Act last = acts.peekLast();
        int times = 1;
        if (last != null
                && last.rule().equals(rule)
                && last.what().equals(shown)
                && last.outcome().equals(outcome)) {
            times = last.times() + 1;
            var unused = acts.removeLast();
        } else if (acts.size() == ACTS) {
            var unused = acts.removeFirst();
        }
        acts.addLast(new Explanation.Act(rule, shown, outcome, times, moment.now(), moment.cause()));
    }

    boolean wants(RuleId rule, Moment moment) {
        return error == null || !error.rule().equals(rule) || Math.abs(moment.now() - error.time()) >= ERRORS_EVERY;
    }

    List<Explanation.Transition> transitionsOf(RuleId rule) {
        return transitions.all().stream()
                .filter(transition -> transition.rule().equals(rule))
                .toList();
    }

    List<Explanation.Act> actsOf(RuleId rule) {
        return acts.stream().filter(act -> act.rule().equals(rule)).toList();
    }
}
