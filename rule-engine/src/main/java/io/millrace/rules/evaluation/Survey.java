package io.millrace.rules.evaluation;

import io.millrace.rules.expression.Frame;
import io.millrace.rules.model.RuleId;

/**
 * Asks the conditions of all rules of a device, which the engine itself does not: of most it knows that nothing has changed. Changes
 * nothing. Of its task's thread.
 */
public final class Survey {

    /** Takes the answers. */
    public interface Answers {
        /** @param result {@code FALSE}, {@code TRUE} or {@code UNKNOWN} of {@code BooleanExpression} */
        void says(RuleId rule, int result);
    }

    private Survey() {}

    static void of(DeviceState device, long now, Answers answers) {
        Frame frame = new Frame();
        frame.bind(device.values, device.id(), device.attributes, now);
        for (int place = 0; place < device.plan.size(); place++) {
            ActiveRule rule = device.plan.rule(place);
            if (rule.slots.length > 0) {
                frame.freshSince(now - rule.staleAfter);
                answers.says(rule.id(), rule.test(frame));
            }
        }
    }
}
