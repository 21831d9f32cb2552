package io.millrace.rules.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * Who may act on a {@code target} of a device: of the rules that fire, the one with the highest {@code priority}, the first of the
 * file among equals. A rule on trial yields to those in earnest and is nobody's rival; one that is kept quiet sends nothing, so it
 * keeps nobody from it. Pure.
 */
final class Arbitration {

    private Arbitration() {}

    /** Whether a better rule of the same target fires, or ends at this very moment. */
    static boolean isOutranked(Wish wish, List<Wish> wishes) {
        ActiveRule rule = wish.rule;
        if (rule.target == null) {
            return false;
        }
        for (int i : wish.device.plan.rivals(rule.target)) {
            ActiveRule rival = wish.device.plan.rule(i);
            if (!rival.outranks(rule)) {
                break;
            }
            if (acts(wish.device, i, wish.moment.now())) {
                return true;
            }
        }
        return wish.ends()
                && wishes.stream()
                        .anyMatch(other -> other.ends()
                                && rule.target.equals(other.rule.target)
                                && !other.rule.dryRun
                                && !isQuiet(other.rule, other.device, wish.moment.now())
                                && other.rule.outranks(rule));
    }

    /**
     * The places in the plan of those that take over the target of a rule that ends: one in earnest, before it any on trial or kept
     * quiet.
     */
    static List<Integer> followers(Wish ending, List<Wish> wishes) {
        ActiveRule rule = ending.rule;
        List<Integer> followers = new ArrayList<>();
        if (rule.target == null || rule.dryRun || isOutranked(ending, wishes)) {
            return followers;
        }
        for (int i : ending.device.plan.rivals(rule.target)) {
            if (isFiring(ending.device, i)) {
                followers.add(i);
                if (acts(ending.device, i, ending.moment.now())) {
                    break;
                }
            }
        }
        return followers;
    }

    /** Better rules of the same target that fire and are kept quiet: what they did last has been overridden by this one. */
    static List<Instance> overridden(Wish wish) {
        List<Instance> quiet = new ArrayList<>();
        if (wish.rule.target == null || wish.rule.dryRun) {
            return quiet;
        }
        for (int i : wish.device.plan.rivals(wish.rule.target)) {
            ActiveRule rival = wish.device.plan.rule(i);
            if (!rival.outranks(wish.rule)) {
                break;
            }
            Instance instance = wish.device.instances.get(i);
            if (instance != null && isFiring(wish.device, i) && isQuiet(rival, wish.device, wish.moment.now())) {
                quiet.add(instance);
            }
        }
        return quiet;
    }

    private static boolean acts(DeviceState device, int i, long now) {
        ActiveRule rule = device.plan.rule(i);
        return !rule.dryRun && isFiring(device, i) && !isQuiet(rule, device, now);
    }

    private static boolean isQuiet(ActiveRule rule, DeviceState device, long now) {
        return rule.canBeHushed() && Hush.of(rule, device, now).isPresent();
    }

    private static boolean isFiring(DeviceState device, int i) {
        Instance instance = device.instances.get(i);
        return instance != null && instance.phase.isFiring();
    }
}
