package io.millrace.rules.evaluation;

import io.millrace.rules.model.Rate;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one rule from acting on more devices of this partition than it may: the device that is one too many pulls the brake, and the
 * rule is held until somebody releases it. That device keeps it in its state. Of its task's thread.
 */
final class FleetBrake {

    /** Devices on which the rule acted lately, the one of longest ago first. */
    private final Map<DeviceState, Pace> acting = new LinkedHashMap<>();
    /** Of these; later than now only while records are read again. */
    private long newest = Instance.NEVER;

    private @Nullable DeviceState puller;
    private long heldSince = Instance.NEVER;

    /** A brake that was pulled later, in a life before this one, does not hold yet. */
    boolean holds(long now) {
        return puller != null && now >= heldSince;
    }

    /** Whether it may act on this device too. */
    boolean admits(DeviceState device, Rate most, long now) {
        long after = now - most.window().toMillis();
        forget(after);
        Pace pace = acting.get(device);
        return pace != null && pace.acts.within(after, now) > 0 || count(after, now) < most.most();
    }

    private void forget(long until) {
        Iterator<Pace> oldest = acting.values().iterator();
        while (oldest.hasNext() && oldest.next().acts.last() <= until) {
            oldest.remove();
        }
    }

    private long count(long after, long now) {
        return newest <= now
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
        if (puller == null || since < heldSince) {
            puller = device;
            heldSince = since;
        }
    }

    /** The device that keeps it; null if the rule is not held. */
    @Nullable
    DeviceState puller() {
        return puller;
    }

    long heldSince() {
        return heldSince;
    }

    /** Earlier acts are forgiven. */
    void release() {
        puller = null;
        heldSince = Instance.NEVER;
        acting.clear();
        newest = Instance.NEVER;
    }
}
