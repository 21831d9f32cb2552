package io.millrace.rules.evaluation;

import java.io.IOException;

/** The times of a device that says when its readings were taken, in its record. */
final class BurstForm {

    private BurstForm() {}

    static boolean isNeeded(DeviceState device) {
        return device.newestData != device.lastSeen || device.burstAt != DeviceState.NEVER || device.filled;
    }

    static void write(DeviceState device, StateOutput out) throws IOException {
        out.writeLong(device.newestData);
        out.writeLong(device.burstAt);
        out.writeBoolean(device.filled);
    }

    static void read(StateInput in, DeviceState device) throws IOException {
        device.newestData = in.readLong();
        device.burstAt = in.readLong();
        device.filled = in.hasMore() && in.readBoolean();
    }
}
