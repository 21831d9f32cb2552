package io.millrace.rules.evaluation;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The devices of one task by their next deadline. A device has one entry that counts, {@link DeviceState#scheduledAt}; moving a
 * deadline later costs nothing (it is looked at again when the entry comes up), an entry that was overtaken by an earlier one is
 * dropped when it comes up. Never scans. Of its task's thread.
 */
public final class Deadlines {

    private record Entry(long time, long order, DeviceState device) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            return time != other.time ? Long.compare(time, other.time) : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Entry> queue = new PriorityQueue<>();
    private long order;

    /** Makes sure that the device is looked at no later than that. */
    public void atLatest(DeviceState device, long time) {
        if (time < device.scheduledAt) {
            device.scheduledAt = time;
            queue.add(new Entry(time, order++, device));
        }
    }

    /** The device whose deadline is next and not after {@code until}, unscheduled; null if there is none. */
    public @Nullable DeviceState due(long until) {
        while (true) {
            Entry first = queue.peek();
            if (first == null || first.time > until) {
                return null;
            }
            var unused = queue.poll();
            if (first.device.scheduledAt == first.time) {
                first.device.scheduledAt = DeviceState.UNSCHEDULED;
                first.device.dueAt = first.time;
                return first.device;
            }
        }
    }

    public void clear() {
        queue.clear();
    }
}
