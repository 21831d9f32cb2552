package io.millrace.rules.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * Who may act on a {@code target} of a device: of the rules that fire, the one with the highest {@code priority}, the first of the
 * file among equals. A rule on trial yields to those in earnest and is nobody's rival. Pure.
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
            if (!rival.dryRun && isFiring(wish.device, i)) {
                return true;
            }
        }
        return wish.ends()
                && wishes.stream()
                        .anyMatch(other -> other.ends()
                                && rule.target.equals(other.rule.target)
                                && !other.rule.dryRun
                                && other.rule.outranks(rule));
    }

    /** The places in the plan of those that take over the target of a rule that ends: one in earnest, before it any on trial. */
    static List<Integer> followers(Wish ending, List<Wish> wishes) {
        ActiveRule rule = ending.rule;
        List<Integer> followers = new ArrayList<>();
        if (rule.target == null || rule.dryRun || isOutranked(ending, wishes)) {
            return followers;
        }
        for (int i : ending.device.plan.rivals(rule.target)) {
            if (isFiring(ending.device, i)) {
                followers.add(i);
                if (!ending.device.plan.rule(i).dryRun) {
                    break;
                }
            }
        }
        return followers;
    }

    private static boolean isFiring(DeviceState device, int i) {
        Instance instance = device.instances.get(i);
        return instance != null && instance.phase.isFiring();
    }
}
