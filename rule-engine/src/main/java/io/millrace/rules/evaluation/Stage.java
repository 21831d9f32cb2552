package io.millrace.rules.evaluation;

import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.Frame;
import io.millrace.rules.expression.Occasion;
import io.millrace.rules.model.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the wishes of a device's rules are collected while they are evaluated, and settled once all have been: arbitration, what
 * else withholds them, then actions and events in the order of the rules. Of its task's thread; between two records it is empty.
 */
final class Stage {

    private final String revision;
    private final Tally tally;
    private final Frame frame;
    private final ActionRunner actions;
    private final AlertTeller alerts;
    private final Governor governor;
    private final Confirmations confirmations;
    private final List<Wish> wishes = new ArrayList<>();

    Stage(
            String revision,
            Tally tally,
            Frame frame,
            ActionRunner actions,
            AlertTeller alerts,
            Governor governor,
            Confirmations confirmations) {
        this.revision = revision;
        this.tally = tally;
        this.frame = frame;
        this.actions = actions;
        this.alerts = alerts;
        this.governor = governor;
        this.confirmations = confirmations;
    }

    /** An episode begins or repeats itself. */
    void fire(ActiveRule rule, DeviceState device, Instance instance, Moment moment) {
        add(Wish.Kind.FIRE, rule, device, instance, moment, Optional.empty());
    }

    /** A further message within an episode, under {@code trigger: level}. */
    void act(ActiveRule rule, DeviceState device, Instance instance, Moment moment) {
        add(Wish.Kind.ACT, rule, device, instance, moment, Optional.empty());
    }

    /**
     * An episode ends. What the instance knows of it is needed, and kept, until {@link #settle}.
     *
     * @param withActions whether {@code on_resolved} is wanted
     */
    void resolve(
            ActiveRule rule,
            DeviceState device,
            Instance instance,
            Optional<String> reason,
            boolean withActions,
            Moment moment) {
        add(withActions ? Wish.Kind.RESOLVE : Wish.Kind.END, rule, device, instance, moment, reason);
    }

    private void add(
            Wish.Kind kind,
            ActiveRule rule,
            DeviceState device,
            Instance instance,
            Moment moment,
            Optional<String> reason) {
        if (kind == Wish.Kind.FIRE && instance.startsAt == moment.dataTime() || kind == Wish.Kind.STRIKE) {
            tally.fired(rule, moment.now());
        }
        frame.freshSince(moment.asOf() - rule.staleAfter);
        wishes.add(new Wish(kind, rule, device, instance, occasion(rule, device, instance, moment), moment, reason));
    }

    private Occasion occasion(ActiveRule rule, DeviceState device, Instance instance, Moment moment) {
        boolean firing = instance.startsAt != Instance.NEVER;
        Condition decisive = rule.decisive(instance);
        Optional<Object> value = decisive == null
                ? Optional.empty()
                : Optional.ofNullable(decisive.value().value(frame));
        return new Occasion(
                rule.id().name(),
                revision,
                value,
                instance.level(),
                firing ? Optional.of(Instant.ofEpochMilli(instance.startsAt)) : Optional.empty(),
                firing ? Optional.of(Duration.ofMillis(moment.asOf() - instance.startsAt)) : Optional.empty(),
                device.lastSeen == DeviceState.NEVER
                        ? Optional.empty()
                        : Optional.of(Instant.ofEpochMilli(device.lastSeen)));
    }

    /** A time of a schedule has come, and the condition is true. */
    void strike(ActiveRule rule, DeviceState device, Instance instance, Moment moment) {
        add(Wish.Kind.STRIKE, rule, device, instance, moment, Optional.empty());
    }

    /** The effect of commands has not shown within the time for it. */
    void followUp(ActiveRule rule, DeviceState device, Instance instance, Moment moment) {
        add(Wish.Kind.FOLLOW_UP, rule, device, instance, moment, Optional.empty());
    }

    /** An episode goes on under another name. */
    void tell(ActiveRule rule, DeviceState device, Instance instance, Moment moment) {
        add(Wish.Kind.TELL, rule, device, instance, moment, Optional.empty());
    }

    /** The rules of the device have been asked for the moment; the frame is still bound to both. */
    void settle(DeviceState device, Moment moment) {
        if (device.plan.hushed) {
            release(device, moment);
        }
        settle();
    }

    /** A mute by hand has ended, between two records. */
    void unmuted(DeviceState device, Moment moment) {
        release(device, moment);
        settle();
    }

    /** Nothing keeps these rules quiet any more: what was withheld of an episode that still fires is wanted now, once. */
    private void release(DeviceState device, Moment moment) {
        for (int at = 0; at < device.instances.size(); at++) {
            ActiveRule rule = device.plan.rule(device.instances.place(at));
            Instance instance = device.instances.at(at);
            if (instance.owing
                    && instance.phase.isFiring()
                    && Hush.of(rule, device, moment.now()).isEmpty()) {
                instance.owing = false;
                if (wishes.stream().noneMatch(wish -> wish.instance == instance && wish.kind == Wish.Kind.FIRE)) {
                    fire(rule, device, instance, moment);
                }
            }
        }
    }

    /** Whether the moment that is settled next is another one than this. */
    boolean waitsAtOther(long now) {
        return !wishes.isEmpty() && wishes.get(0).moment.now() != now;
    }

    /** What was wanted at a moment that could not be evaluated to its end must not be done at the next. */
    void abandon() {
        wishes.clear();
    }

    /** The rules of the moment have all been asked; the frame is still bound to the device and the moment. */
    void settle() {
        if (wishes.isEmpty()) {
            return;
        }
        for (int i = 0, asked = wishes.size(); i < asked; i++) {
            if (wishes.get(i).ends()) {
                passOn(wishes.get(i));
            }
        }
        for (Wish wish : wishes) {
            bind(wish);
            Optional<Outcome> hush = Hush.of(wish.rule, wish.device, wish.moment.now());
            if (wish.acts() && hush.isPresent()) {
                withhold(wish, wish.rule.rule.onFiring(), hush.get());
                wish.instance.owing = true;
            } else if (wish.acts()) {
                wish.instance.owing &= wish.kind == Wish.Kind.ACT;
                act(wish);
                if (wish.kind != Wish.Kind.ACT) {
                    alerts.firing(wish);
                }
            } else if (wish.kind == Wish.Kind.FOLLOW_UP) {
                followUp(wish, hush);
            } else if (wish.kind == Wish.Kind.TELL) {
                alerts.firing(wish);
            } else {
                wish.instance.confirmation = null;
                end(wish, hush);
                alerts.resolved(wish);
                wish.instance.endEpisode();
            }
            if (wish.kind == Wish.Kind.STRIKE) {
                alerts.resolved(wish);
                wish.instance.endEpisode();
            }
        }
        wishes.clear();
    }

    private void bind(Wish wish) {
        frame.freshSince(wish.moment.asOf() - wish.rule.staleAfter);
        frame.occasion(wish.occasion);
    }

    /** The target of a rule that ends goes to the next one that fires. */
    private void passOn(Wish ending) {
        for (int i : Arbitration.followers(ending, wishes)) {
            ActiveRule rule = ending.device.plan.rule(i);
            Instance instance = ending.device.instances.get(i);
            if (instance == null) {
                continue;
            }
            Optional<Wish> own = wishes.stream()
                    .filter(wish -> wish.instance == instance && wish.acts())
                    .findFirst();
            if (own.isEmpty()) {
                act(rule, ending.device, instance, ending.moment);
            }
            Wish wish = own.orElseGet(() -> wishes.get(wishes.size() - 1));
            wish.follows = true;
            boolean quiet = Hush.of(rule, wish.device, wish.moment.now()).isPresent();
            ending.followed |= !rule.dryRun && !quiet && withheld(wish).isEmpty();
        }
    }

    private void act(Wish wish) {
        List<Action> wanted = wish.rule.rule.onFiring();
        if (!wanted.isEmpty()) {
            governor.attempt(wish);
        }
        Optional<Outcome> withheld = withheld(wish);
        if (withheld.isPresent()) {
            withhold(wish, wanted, withheld.get());
            return;
        }
        Confirmations.prepare(wish);
        if (actions.run(wanted, "firing", wish)) {
            wish.instance.acted = true;
            Arbitration.overridden(wish).forEach(instance -> instance.owing = true);
            if (wish.rule.cooldown > 0) {
                wish.instance.lastActed = wish.moment.now();
            }
        }
        confirmations.await(wish);
    }

    private void followUp(Wish wish, Optional<Outcome> hush) {
        governor.attempt(wish);
        Optional<Outcome> withheld = hush.or(
                () -> Arbitration.isOutranked(wish, wishes) ? Optional.of(Outcome.OUTRANKED) : governor.withheld(wish));
        boolean lasts = wish.instance.phase.isFiring();
        if (!lasts) {
            wish.instance.startsAt = wish.moment.now();
        }
        confirmations.followUp(wish, withheld);
        if (!lasts) {
            // Of a schedule: what it raised has no episode to end with.
            alerts.resolved(wish);
            wish.instance.endEpisode();
        }
    }

    private void withhold(Wish wish, List<Action> wanted, Outcome outcome) {
        tally.acted(wish.rule, wanted, outcome);
        if (!wanted.isEmpty()) {
            wish.note(wish.ends() ? "on_resolved" : "on_firing", outcome.text());
        }
    }

    /** What keeps firing actions from being run. */
    private Optional<Outcome> withheld(Wish wish) {
        ActiveRule rule = wish.rule;
        long lastActed = wish.instance.lastActed;
        if (!wish.follows && lastActed != Instance.NEVER && wish.moment.now() - lastActed < rule.cooldown) {
            return Optional.of(Outcome.COOLDOWN);
        }
        if (wish.moment.dataTime() < wish.moment.now() - rule.maxAge) {
            return Optional.of(Outcome.STALE);
        }
        return Arbitration.isOutranked(wish, wishes) ? Optional.of(Outcome.OUTRANKED) : governor.withheld(wish);
    }

    /** The actions of the end, if those of the beginning ran. */
    private void end(Wish wish, Optional<Outcome> hush) {
        if (wish.kind != Wish.Kind.RESOLVE || !wish.instance.acted) {
            return;
        }
        List<Action> wanted = wish.rule.rule.onResolved();
        if (hush.isPresent()) {
            withhold(wish, wanted, hush.get());
        } else if (wish.followed || Arbitration.isOutranked(wish, wishes)) {
            withhold(wish, wanted, Outcome.OUTRANKED);
        } else {
            var unused = actions.run(wanted, "resolved", wish);
        }
    }
}
