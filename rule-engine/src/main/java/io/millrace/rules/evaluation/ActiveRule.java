package io.millrace.rules.evaluation;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.expression.Fault;
import io.millrace.rules.expression.Frame;
import io.millrace.rules.expression.Inputs;
import io.millrace.rules.expression.NextChange;
import io.millrace.rules.expression.Slots;
import io.millrace.rules.model.Confirm;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleKind;
import io.millrace.rules.model.Selection;
import io.millrace.rules.model.Trigger;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A rule made ready for being asked a hundred million times a second: durations as milliseconds, absent parts as null. */
final class ActiveRule {

    final Rule rule;
    /** In the rule set. */
    final int index;

    final @Nullable Condition expr;
    final @Nullable Condition resolve;
    final @Nullable Levels levels;
    /** What unknown stands for. */
    final int missing;

    final long holdFor;
    final int samples;
    final long keepFiringFor;
    final long cooldown;
    /** 0 = off. */
    final long repeatInterval;

    final long staleAfter;
    final long maxAge;
    /** 0 = silence is nothing to it. */
    final long absentFor;

    final Slots fields;
    final int[] slots;
    final boolean level;
    final boolean waits;
    final boolean alert;
    /** A message with the same values as before may still change something. */
    final boolean always;
    /** Without instance, false and unknown leave it as it is. */
    final boolean plain;
    /** It reads no field at all, but the time. */
    final boolean everyMessage;

    final boolean readsDevice;
    /** Null: always at work. */
    final @Nullable Timetable times;
    /** Evaluated at the times of its schedule, and then only. */
    final boolean scheduled;

    final List<String> inhibitedBy;
    /** What it acts on, if other rules do too. */
    final @Nullable String target;

    final @Nullable Confirm confirm;

    final boolean dryRun;
    /** When time alone changes one of its conditions. */
    final NextChange nextChange;

    /** Where its condition can fail; null if nowhere. */
    final @Nullable Fault fault;

    /** What people have said of it. */
    RuleWords words = RuleWords.NONE;

    /** For every device, whatever the registry says: need not be asked. */
    private final boolean forAll;
    /** Of the condition part as written: kept with the state, to notice an edit. */
    final long conditionHash;

    ActiveRule(Rule rule, int index) {
        this.rule = rule;
        this.index = index;
        Trigger trigger = rule.trigger();
        expr = trigger.expr().orElse(null);
        resolve = trigger.resolve().orElse(null);
        missing = switch (trigger.missing()) {
            case HOLD -> BooleanExpression.UNKNOWN;
            case FALSE -> BooleanExpression.FALSE;
            case TRUE -> BooleanExpression.TRUE;
        };
        levels = trigger.levels().isEmpty() ? null : new Levels(trigger.levels(), missing);
        holdFor = rule.timing().holdFor().toMillis();
        samples = rule.timing().forSamples();
        keepFiringFor = rule.timing().keepFiringFor().toMillis();
        cooldown = rule.timing().cooldown().toMillis();
        repeatInterval = rule.timing().repeatInterval().map(Duration::toMillis).orElse(0L);
        staleAfter = rule.timing().staleAfter().toMillis();
        maxAge = rule.timing().maxAge().toMillis();
        absentFor = trigger.absentFor().map(Duration::toMillis).orElse(0L);
        Inputs inputs = rule.inputs();
        times = Timetable.of(rule.hours());
        scheduled = times != null && times.isScheduled();
        inhibitedBy = rule.conduct().inhibitedBy();
        fields = scheduled ? Slots.NONE : inputs.fields();
        slots = fields.toArray();
        level = trigger.mode() == Trigger.Mode.LEVEL;
        waits = trigger.initial() == Trigger.Initial.WAIT;
        alert = rule.kind() == RuleKind.ALERT;
        always = level || samples > 1 || inputs.time();
        plain = missing != BooleanExpression.TRUE && !waits && absentFor == 0 && times == null;
        everyMessage = !scheduled && fields.isEmpty() && inputs.time();
        readsDevice = !scheduled && inputs.device();
        target = rule.conduct().target().orElse(null);
        confirm = rule.conduct().confirm().orElse(null);
        dryRun = rule.operation().dryRun();
        nextChange = trigger.nextChange();
        fault = trigger.fault().orElse(null);
        forAll = rule.operation().enabled()
                && rule.operation().rollout() == 100
                && rule.devices().equals(Selection.ALL);
        conditionHash = Hashes.of(rule.fingerprints().condition());
    }

    boolean appliesTo(String deviceId, DeviceAttributes attributes) {
        return forAll || rule.appliesTo(deviceId, attributes);
    }

    /** Of two rules with the same target. */
    boolean outranks(ActiveRule other) {
        int mine = rule.conduct().priority();
        int its = other.rule.conduct().priority();
        return mine != its ? mine > its : index < other.index;
    }

    /** A message that makes none of its comparisons come to hold leaves it as it is. */
    boolean isIndexed() {
        return plain && !always && slots.length > 0;
    }

    int test(Frame frame) {
        if (expr != null) {
            return expr.test(frame);
        }
        return levels == null ? BooleanExpression.FALSE : levels.test(frame);
    }

    boolean isActive(long now) {
        return times == null || times.active(now);
    }

    boolean isMuted(long now) {
        return words.muted(now) || times != null && times.muted(now);
    }

    /** Whether what it wants done may have to wait for something to end. */
    boolean canBeHushed() {
        return words.canMute() || !inhibitedBy.isEmpty() || times != null && times.canMute();
    }

    /** The condition that made the instance what it is, for {@code ${value}}. */
    @Nullable
    Condition decisive(Instance instance) {
        LevelStates states = instance.levels;
        return levels == null || states == null ? expr : levels.condition(states.told);
    }

    /** What would leave the engine, or does. */
    Emission asRun(Emission wanted) {
        return dryRun ? new Emission.DryRun(wanted) : wanted;
    }

    RuleId id() {
        return rule.id();
    }
}
