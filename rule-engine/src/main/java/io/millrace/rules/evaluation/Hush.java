package io.millrace.rules.evaluation;

import java.util.Optional;

/**
 * What keeps a rule quiet although it fires: a time at which it is muted, or an alert of the same device that inhibits it. An alert
 * on trial inhibits nobody; one that is itself kept quiet does. Pure.
 */
final class Hush {

    private Hush() {}

    static Optional<Outcome> of(ActiveRule rule, DeviceState device, long now) {
        if (rule.isMuted(now)) {
            return Optional.of(Outcome.MUTED);
        }
        return rule.inhibitedBy.stream().anyMatch(alert -> fires(alert, rule, device))
                ? Optional.of(Outcome.INHIBITED)
                : Optional.empty();
    }

    private static boolean fires(String alert, ActiveRule inhibited, DeviceState device) {
        for (int at = 0; at < device.instances.size(); at++) {
            ActiveRule rule = device.plan.rule(device.instances.place(at));
            Instance instance = device.instances.at(at);
            if (!instance.phase.isFiring() || rule == inhibited || rule.dryRun) {
                continue;
            }
            boolean own = rule.alert && rule.id().name().equals(alert);
            if (own || instance.raised.stream().anyMatch(raised -> raised.name().equals(alert))) {
                return true;
            }
        }
        return false;
    }
}
