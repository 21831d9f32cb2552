package io.millrace.rules.evaluation;

import org.jspecify.annotations.Nullable;

/**
 * Whether a device has been silent for {@code absent_for}, and when it will have been: counted in the time for which
 * {@link Aliveness} vouches. Of its task's thread.
 */
final class Silence {

    private final Aliveness aliveness;

    Silence(Aliveness aliveness) {
        this.aliveness = aliveness;
    }

    /** Whether it had been silent for so long when last looked at. */
    static boolean isNoticed(@Nullable Instance instance) {
        return instance != null && instance.absent;
    }

    boolean lasts(ActiveRule rule, DeviceState device, @Nullable Instance instance, long now) {
        long since = since(device, instance);
        return since != DeviceState.NEVER
                && aliveness.of(device.id()).dueAt(since, rule.absentFor, now) != Aliveness.NOT_YET;
    }

    /** When to look next; {@link DeviceState#UNSCHEDULED} if the device is not missed at all. */
    long due(ActiveRule rule, DeviceState device, @Nullable Instance instance, long now) {
        long since = since(device, instance);
        if (since == DeviceState.NEVER) {
            return DeviceState.UNSCHEDULED;
        }
        return aliveness.lasts(device.id(), since, rule.absentFor, now, DeviceState.NEVER);
    }

    /** From the last message; for a device never heard of from its registration, or from when the rule met it. */
    private static long since(DeviceState device, @Nullable Instance instance) {
        if (device.lastSeen != DeviceState.NEVER) {
            return device.lastSeen;
        }
        if (!device.registered) {
            return DeviceState.NEVER;
        }
        return Math.max(device.registeredAt, instance == null ? DeviceState.NEVER : instance.metAt);
    }
}
