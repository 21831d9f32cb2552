package io.millrace.rules.evaluation;

import io.millrace.rules.model.Action;
import io.millrace.rules.model.RuleId;

/**
 * Watches what the rules do, device by device: tests, back-tests and explanations. The engine itself has none, it counts with
 * {@link Tally}. Called on the task's thread at transitions and actions only, never for an evaluation that changes nothing.
 */
public interface Witness {

    /** Looks away. */
    Witness NONE = new Witness() {
        @Override
        public void moved(RuleId rule, String deviceId, long time, Phase from, Phase to) {}

        @Override
        public void acted(RuleId rule, String deviceId, long time, Action.Kind action, Outcome outcome) {}
    };

    /** @param time rule time of the transition: of a timer its deadline, in epoch milliseconds */
    void moved(RuleId rule, String deviceId, long time, Phase from, Phase to);

    void acted(RuleId rule, String deviceId, long time, Action.Kind action, Outcome outcome);
}
