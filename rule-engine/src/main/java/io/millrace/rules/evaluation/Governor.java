package io.millrace.rules.evaluation;

import io.millrace.rules.model.Limits;
import io.millrace.rules.model.Rate;
import io.millrace.rules.model.RuleId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The storm limits: lets a command pass, or says what withholds it. What it counts for a device is the device's state; what it
 * counts for a rule is made of that, so a restart changes nothing. Of its task's thread; lives as long as the rule set.
 */
final class Governor {

    /** Commands that caused each other. */
    private static final int LONGEST_CHAIN = 5;

    private final ActiveRules rules;
    private final int partitions;
    private final AlertTeller alerts;
    private final Deadlines deadlines;
    private final Times[] commands;
    private final FleetBrake[] brakes;

    /** @param partitions into which the fleet is cut; a rule's limits are shared between them */
    Governor(ActiveRules rules, int partitions, AlertTeller alerts, Deadlines deadlines) {
        this.rules = rules;
        this.partitions = partitions;
        this.alerts = alerts;
        this.deadlines = deadlines;
        commands = new Times[rules.size()];
        brakes = new FleetBrake[rules.size()];
        for (int i = 0; i < brakes.length; i++) {
            commands[i] = new Times();
            brakes[i] = new FleetBrake(rules.rule(i));
        }
    }

    /** What withholds all firing actions. The attempt counts, whatever becomes of it. */
    Optional<Outcome> withheld(Wish wish) {
        if (isTripped(wish)) {
            return Optional.of(Outcome.TRIPPED);
        }
        return brakes[wish.rule.index].holds(wish.moment.now()) ? Optional.of(Outcome.HELD) : Optional.empty();
    }

    static boolean isTripped(Wish wish) {
        Pace pace = wish.instance.pace;
        return pace != null && pace.isTripped();
    }

    /** An action is wanted: a tripped instance is not quiet, and one at the end of a long chain of commands trips. */
    void attempt(Wish wish) {
        long now = wish.moment.now();
        Pace pace = wish.instance.pace;
        if (pace != null && pace.isTripped()) {
            pace.lastAttempt = now;
        } else if (wish.instance.chain > LONGEST_CHAIN) {
            trip(wish, "commands have caused commands " + LONGEST_CHAIN + " times in a row");
        }
    }

    /** Whether a command of a firing may go. If so, it counts. */
    Optional<Outcome> admit(Wish wish) {
        ActiveRule rule = wish.rule;
        long now = wish.moment.now();
        Limits limits = rule.rule.conduct().limits();
        FleetBrake brake = brakes[rule.index];
        if (brake.holds(now)) {
            return Optional.of(Outcome.HELD);
        }
        Pace pace = pace(wish);
        if (pace.isTripped()) {
            return Optional.of(Outcome.TRIPPED);
        }
        Optional<Rate> mostDevices = mostDevices(rule);
        if (mostDevices.isPresent() && !brake.admits(wish.device, mostDevices.get(), now)) {
            brake.pull(wish.device, now);
            wish.device.sent().brakes.put(rule.id(), now);
            alerts.braked(wish, mostDevices.get().most());
            return Optional.of(Outcome.HELD);
        }
        if (pace.acts.within(now - limits.perDevice().window().toMillis(), now)
                >= limits.perDevice().most()) {
            trip(wish, "more than " + limits.perDevice().most() + " commands");
            return Optional.of(Outcome.TRIPPED);
        }
        if (isLimited(wish)) {
            return Optional.of(Outcome.LIMITED);
        }
        pace.acts.add(now);
        brake.acted(wish.device, pace);
        return Optional.empty();
    }

    /** Whether a command of the end of an episode may go. If so, it counts. */
    Optional<Outcome> admitEnd(Wish wish) {
        if (isLimited(wish)) {
            return Optional.of(Outcome.LIMITED);
        }
        pace(wish).ends.add(wish.moment.now());
        return Optional.empty();
    }

    /** Those that concern more than one rule or one device. A command that they let pass counts. */
    private boolean isLimited(Wish wish) {
        ActiveRule rule = wish.rule;
        long now = wish.moment.now();
        Optional<Rate> written = rule.rule.conduct().limits().perRule();
        Rate perRule = written.orElse(Limits.PER_RULE);
        boolean isShared = written.isPresent() || !rule.scheduled;
        Times byRule = commands[rule.index];
        Times byDevice = wish.device.sent().commands;
        byDevice.forget(now - Sent.WINDOW);
        byRule.forget(now - perRule.window().toMillis());
        if (!rule.dryRun && byDevice.within(now - Sent.WINDOW, now) >= Sent.MOST
                || isShared
                        && byRule.within(now - perRule.window().toMillis(), now)
                                >= Share.of(perRule.most(), partitions)) {
            return true;
        }
        byRule.add(now);
        if (!rule.dryRun) {
            byDevice.add(now);
        }
        return false;
    }

    private static Pace pace(Wish wish) {
        Pace pace = wish.instance.pace;
        if (pace == null) {
            pace = new Pace();
            wish.instance.pace = pace;
        }
        pace.forget(
                wish.moment.now() - wish.rule.rule.conduct().limits().longest().toMillis());
        return pace;
    }

    private Optional<Rate> mostDevices(ActiveRule rule) {
        Optional<Rate> written = rule.rule.conduct().limits().maxDevices();
        if (written.isPresent()) {
            return Optional.of(new Rate(
                    Share.of(written.get().most(), partitions), written.get().window()));
        }
        if (rule.scheduled) {
            return Optional.empty();
        }
        int fraction = rules.matched(rule) / Limits.FRACTION;
        return Optional.of(Rate.perMinute(Math.max(Share.of(Limits.DEVICES, partitions), fraction)));
    }

    private void trip(Wish wish, String why) {
        Pace pace = pace(wish);
        pace.trippedAt = wish.moment.now();
        pace.lastAttempt = wish.moment.now();
        deadlines.atLatest(wish.device, pace.calmAt());
        alerts.tripped(wish, why);
    }

    /** Drops what no limit looks at any more. */
    static void forget(ActiveRule rule, Instance instance, long now) {
        Pace pace = instance.pace;
        if (pace != null) {
            pace.forget(now - rule.rule.conduct().limits().longest().toMillis());
            if (pace.isBlank()) {
                instance.pace = null;
            }
        }
    }

    void forget(DeviceState device, long now) {
        Sent sent = device.sent;
        if (sent != null) {
            sent.commands.forget(now - Sent.WINDOW);
            if (!sent.brakes.isEmpty()) {
                sent.brakes.entrySet().removeIf(brake -> isLongReleased(brake.getKey(), brake.getValue(), device, now));
            }
            if (sent.commands.size() == 0 && sent.brakes.isEmpty() && sent.chainUntil < now) {
                device.sent = null;
            }
        }
    }

    private boolean isLongReleased(RuleId id, long since, DeviceState device, long now) {
        boolean isLong = isReleased(id, since, now - Sent.WINDOW);
        ActiveRule rule = rules.find(id);
        if (isLong && rule != null) {
            brakes[rule.index].forget(device);
        }
        return isLong;
    }

    private boolean isReleased(RuleId id, long since, long now) {
        return since < rules.controls().of(id).released(now);
    }

    /** Ends a trip that has been quiet for long enough. */
    void calm(ActiveRule rule, DeviceState device, Instance instance, Moment moment) {
        Pace pace = instance.pace;
        if (pace != null && moment.now() >= pace.calmAt()) {
            calm(rule, device, pace, Optional.empty(), moment);
        }
    }

    /** The instance goes, and a trip with it. */
    void leave(ActiveRule rule, DeviceState device, Instance instance, String reason, Moment moment) {
        Pace pace = instance.pace;
        if (pace != null && pace.isTripped()) {
            calm(rule, device, pace, Optional.of(reason), moment);
        }
    }

    private void calm(ActiveRule rule, DeviceState device, Pace pace, Optional<String> reason, Moment moment) {
        alerts.calmed(rule.id(), rule.dryRun, device, pace.trippedAt, reason, moment);
        pace.trippedAt = Instance.NEVER;
        pace.lastAttempt = Instance.NEVER;
    }

    /** Counts what a device did before these rules, or this process, began. */
    void adopt(DeviceState device, Moment moment) {
        for (int at = 0; at < device.instances.size(); at++) {
            Instance instance = device.instances.at(at);
            if (instance.pace != null) {
                adopt(device.plan.rule(device.instances.place(at)), device, instance.pace);
            }
        }
        if (device.sent != null) {
            device.sent.brakes.entrySet().removeIf(brake -> {
                ActiveRule rule = rules.find(brake.getKey());
                if (rule == null && !isReleased(brake.getKey(), brake.getValue(), moment.now())) {
                    alerts.released(brake.getKey(), false, device, brake.getValue(), RuleChange.REMOVED, moment);
                } else if (rule != null) {
                    brakes[rule.index].pull(device, brake.getValue());
                }
                return rule == null;
            });
        }
    }

    private void adopt(ActiveRule rule, DeviceState device, Pace pace) {
        for (Times times : new Times[] {pace.acts, pace.ends}) {
            for (int i = 0; i < times.size(); i++) {
                commands[rule.index].add(times.at(i));
            }
        }
        if (pace.acts.size() > 0) {
            brakes[rule.index].acted(device, pace);
        }
    }

    /** The release of that time has come: a held rule acts again. Gives the devices that held it. */
    List<DeviceState> release(RuleId id, long release, Moment moment) {
        ActiveRule rule = rules.find(id);
        if (rule == null) {
            return List.of();
        }
        List<FleetBrake.Pull> pulls = brakes[rule.index].released(release);
        pulls.forEach(pull -> alerts.released(id, rule.dryRun, pull.device(), pull.since(), "released", moment));
        return pulls.stream().map(FleetBrake.Pull::device).toList();
    }

    List<RuleId> held(long now) {
        List<RuleId> held = new ArrayList<>(0);
        for (int i = 0; i < brakes.length; i++) {
            if (brakes[i].holds(now)) {
                held.add(rules.id(i));
            }
        }
        return held;
    }
}
