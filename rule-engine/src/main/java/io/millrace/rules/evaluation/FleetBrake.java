package io.millrace.rules.evaluation;

import io.millrace.rules.model.Rate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps one rule from acting on more devices of this partition than it may: the device that is one too many pulls the brake, and the
 * rule is held until somebody releases it. That device keeps it in its state, for a while after the release too: what is read again
 * after a crash must find it held. Of its task's thread.
 */
final class FleetBrake {

    /** That a device was one too many. */
    record Pull(DeviceState device, long since) {}

    private final ActiveRule rule;
    /** Devices on which the rule acted lately, the one of longest ago first. */
    private final Map<DeviceState, Pace> acting = new LinkedHashMap<>();
    /** Of these; later than now only while records are read again. */
    private long newest = Instance.NEVER;
    /** One in force at most, and those that were released a moment ago. */
    private final List<Pull> pulls = new ArrayList<>(0);

    FleetBrake(ActiveRule rule) {
        this.rule = rule;
    }

    /** A brake that was pulled later, in a life before this one, does not hold yet. */
    boolean holds(long now) {
        if (pulls.isEmpty()) {
            return false;
        }
        long released = rule.words.released(now);
        for (int i = 0; i < pulls.size(); i++) {
            long since = pulls.get(i).since;
            if (since <= now && since >= released) {
                return true;
            }
        }
        return false;
    }

    /** Whether it may act on this device too. Acts before a release are forgiven. */
    boolean admits(DeviceState device, Rate most, long now) {
        long window = now - most.window().toMillis();
        forget(window);
        long released = rule.words.released(now);
        long after = released == Instance.NEVER ? window : Math.max(window, released - 1);
        Pace pace = acting.get(device);
        return pace != null && pace.acts.within(after, now) > 0 || count(after, window, now) < most.most();
    }

    private void forget(long until) {
        Iterator<Pace> oldest = acting.values().iterator();
        while (oldest.hasNext() && oldest.next().acts.last() <= until) {
            oldest.remove();
        }
    }

    private long count(long after, long window, long now) {
        return newest <= now && after == window
                ? acting.size()
                : acting.values().stream()
                        .filter(pace -> pace.acts.within(after, now) > 0)
                        .count();
    }

    void acted(DeviceState device, Pace pace) {
        acting.remove(device);
        acting.put(device, pace);
        newest = Math.max(newest, pace.acts.last());
    }

    void pull(DeviceState device, long since) {
        pulls.removeIf(pull -> pull.device == device);
        pulls.add(new Pull(device, since));
    }

    /** Those that the release of that time ended, and none before it. */
    List<Pull> released(long release) {
        long before = rule.words.released(release - 1);
        return pulls.stream()
                .filter(pull -> pull.since < release && pull.since >= before)
                .toList();
    }

    /** The device's state holds it no longer. */
    void forget(DeviceState device) {
        pulls.removeIf(pull -> pull.device == device);
    }
}
