package io.millrace.rules.evaluation;

/**
 * What a rule has sent because of one device lately, and whether that was too much. Kept with the instance, null there as long as
 * nothing was sent; the counts of a rule over all devices are made of these after a restart.
 */
final class Pace {

    /** A tripped instance acts again after that long without an attempt. */
    static final long QUIET = 5 * 60_000;

    /** Commands of firings. */
    final Times acts = new Times();
    /** Commands of the ends of episodes, which never trip. */
    final Times ends = new Times();

    long trippedAt = Instance.NEVER;
    /** While tripped: when an action was last wanted. */
    long lastAttempt = Instance.NEVER;

    boolean isTripped() {
        return trippedAt != Instance.NEVER;
    }

    /** When time alone ends the trip. */
    long calmAt() {
        return isTripped() ? lastAttempt + QUIET : DeviceState.UNSCHEDULED;
    }

    void forget(long until) {
        acts.forget(until);
        ends.forget(until);
    }

    boolean isBlank() {
        return !isTripped() && acts.size() == 0 && ends.size() == 0;
    }
}
