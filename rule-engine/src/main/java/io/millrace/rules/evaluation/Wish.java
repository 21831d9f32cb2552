package io.millrace.rules.evaluation;

import io.millrace.rules.expression.Occasion;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a rule wants done on a device because of a transition. It waits until all rules of the moment have had their say, since one
 * of them may withhold it.
 */
final class Wish {

    /** What is wanted. */
    enum Kind {
        /** Firing actions, and the alert event. */
        FIRE,
        /** Firing actions alone. */
        ACT,
        /** Firing actions and both events: a schedule's time has come, nothing lasts. */
        STRIKE,
        /** The firing event alone: the episode goes on under another name. */
        TELL,
        /** An effect that was awaited has not shown. */
        FOLLOW_UP,
        /** The actions of the end, and the resolved event. */
        RESOLVE,
        /** The resolved event alone. */
        END
    }

    final Kind kind;
    final ActiveRule rule;
    final DeviceState device;
    final Instance instance;
    final Occasion occasion;
    final Moment moment;
    /** Told with a resolved event when it is not the condition that ended the episode. */
    final Optional<String> reason;

    /** Its target has come free: no cooldown withholds it. */
    boolean follows;
    /** Another rule acts on its target instead of its {@code on_resolved}. */
    boolean followed;
    /** Where its commands are remembered, if their effect is awaited. */
    @Nullable
    Confirmation confirmation;

    Wish(
            Kind kind,
            ActiveRule rule,
            DeviceState device,
            Instance instance,
            Occasion occasion,
            Moment moment,
            Optional<String> reason) {
        this.kind = kind;
        this.rule = rule;
        this.device = device;
        this.instance = instance;
        this.occasion = occasion;
        this.moment = moment;
        this.reason = reason;
    }

    boolean acts() {
        return kind == Kind.FIRE || kind == Kind.ACT || kind == Kind.STRIKE;
    }

    /** For whoever asks later what became of it. */
    void note(String what, String outcome) {
        device.chronicle().acted(rule.id(), what, outcome, moment);
    }

    boolean ends() {
        return kind == Kind.RESOLVE || kind == Kind.END;
    }
}
