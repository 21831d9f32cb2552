package io.millrace.rules.evaluation;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The devices of one task by their next deadline: a hierarchical timing wheel, as of Varghese and Lauck (1987), driven by rule time.
 * A device stands in one slot. In the lowest wheel a slot is a millisecond, in each further one 64 slots of the one below; a device
 * comes down a wheel when time reaches its slot. So setting, moving and handing out cost the same however many there are, and
 * nothing is ever scanned. Moving a deadline later is not even noted: it is looked at again when it comes up. Of its task's thread.
 */
public final class Deadlines {

    private static final int BITS = 6;
    private static final int SLOTS = 1 << BITS;
    /** Enough for any long. */
    private static final int WHEELS = 11;

    private final @Nullable DeviceState[] first = new DeviceState[WHEELS * SLOTS];
    private final @Nullable DeviceState[] last = new DeviceState[WHEELS * SLOTS];
    /** By wheel: a bit for each slot with devices in it. */
    private final long[] occupied = new long[WHEELS];
    /** Time has come to here: what is due before is due now. Epoch milliseconds. */
    private long now;

    /** Makes sure that the device is looked at no later than that. */
    public void atLatest(DeviceState device, long time) {
        if (time < device.scheduledAt) {
            if (device.scheduledAt != DeviceState.UNSCHEDULED) {
                remove(device);
            }
            device.scheduledAt = time;
            add(device);
        }
    }

    /** The device whose deadline is next and not after {@code until}, unscheduled; null if there is none. */
    public @Nullable DeviceState due(long until) {
        while (true) {
            int wheel = 0;
            while (wheel < WHEELS && occupied[wheel] == 0) {
                wheel++;
            }
            if (wheel == WHEELS) {
                now = Math.max(now, until);
                return null;
            }
            // All of them are ahead of now, and a lower wheel is always before a higher one.
            int slot = Long.numberOfTrailingZeros(occupied[wheel]);
            long begins = begin(wheel) | (long) slot << wheel * BITS;
            if (begins > until) {
                now = Math.max(now, until);
                return null;
            }
            now = begins;
            DeviceState device = Objects.requireNonNull(first[wheel * SLOTS + slot]);
            if (wheel == 0) {
                remove(device);
                device.dueAt = device.scheduledAt;
                device.scheduledAt = DeviceState.UNSCHEDULED;
                return device;
            }
            bringDown(wheel, slot, device);
        }
    }

    /** When the turn of that wheel began in which we are. */
    private long begin(int wheel) {
        return wheel == WHEELS - 1 ? 0 : now & -1L << (wheel + 1) * BITS;
    }

    private void bringDown(int wheel, int slot, DeviceState head) {
        first[wheel * SLOTS + slot] = null;
        last[wheel * SLOTS + slot] = null;
        occupied[wheel] &= ~(1L << slot);
        DeviceState device = head;
        while (device != null) {
            DeviceState next = device.laterInSlot;
            add(device);
            device = next;
        }
    }

    private void add(DeviceState device) {
        long time = Math.max(device.scheduledAt, now);
        int wheel = time == now ? 0 : (Long.SIZE - 1 - Long.numberOfLeadingZeros(time ^ now)) / BITS;
        int slot = (int) (time >>> wheel * BITS) & SLOTS - 1;
        int at = wheel * SLOTS + slot;
        DeviceState before = last[at];
        device.slot = at;
        device.earlierInSlot = before;
        device.laterInSlot = null;
        last[at] = device;
        if (before == null) {
            first[at] = device;
            occupied[wheel] |= 1L << slot;
        } else {
            before.laterInSlot = device;
        }
    }

    private void remove(DeviceState device) {
        DeviceState earlier = device.earlierInSlot;
        DeviceState later = device.laterInSlot;
        if (earlier == null) {
            first[device.slot] = later;
        } else {
            earlier.laterInSlot = later;
        }
        if (later == null) {
            last[device.slot] = earlier;
        } else {
            later.earlierInSlot = earlier;
        }
        if (first[device.slot] == null) {
            occupied[device.slot / SLOTS] &= ~(1L << device.slot);
        }
        device.earlierInSlot = null;
        device.laterInSlot = null;
    }

    public void clear() {
        Arrays.fill(first, null);
        Arrays.fill(last, null);
        Arrays.fill(occupied, 0);
    }
}
