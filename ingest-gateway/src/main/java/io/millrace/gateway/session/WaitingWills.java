package io.millrace.gateway.session;

import io.millrace.schemas.DeviceId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Wills of devices that have left and may come back before their will delay has passed: published by their timer, unless a
 * connection that goes on with the session comes first, on whatever gateway [MQTT-3.1.3-9]. One that begins a new session ends
 * the old one, and with it the delay. Any thread.
 */
public final class WaitingWills {
    private record Waiting(long epoch, Runnable publish, Future<?> timer) {}

    private final Map<DeviceId, Waiting> waiting = new ConcurrentHashMap<>();

    /**
     * @param epoch of the session whose will it is
     * @param publish what the timer runs too, through {@link #due}
     */
    public void put(DeviceId device, long epoch, Runnable publish, Future<?> timer) {
        Waiting before = waiting.put(device, new Waiting(epoch, publish, timer));
        if (before != null) {
            // Its session had a newer one without this gateway having heard of it; that one's news is this will.
            before.timer.cancel(false);
        }
    }

    /** The delay of that session's will has passed. */
    public void due(DeviceId device, long epoch) {
        Waiting due = remove(device, epoch);
        if (due != null) {
            due.publish.run();
        }
    }

    private @Nullable Waiting remove(DeviceId device, long epoch) {
        Waiting[] removed = {null};
        waiting.computeIfPresent(device, (id, one) -> {
            if (one.epoch == epoch) {
                removed[0] = one;
                return null;
            }
            return one;
        });
        return removed[0];
    }

    /** The device has opened a newer session. */
    public void opened(DeviceId device, long epoch, boolean cleanStart) {
        Waiting one = waiting.get(device);
        if (one == null || one.epoch >= epoch) {
            return;
        }
        Waiting removed = remove(device, one.epoch);
        if (removed != null) {
            removed.timer.cancel(false);
            if (cleanStart) {
                removed.publish.run();
            }
        }
    }

    /** Whether the news of that device matter. */
    public boolean isWaiting(DeviceId device) {
        return waiting.containsKey(device);
    }

    public int size() {
        return waiting.size();
    }

    /** The gateway stops: these devices have left before, and nobody else knows their wills. */
    public void publishAll() {
        for (DeviceId device : List.copyOf(waiting.keySet())) {
            Waiting one = waiting.remove(device);
            if (one != null) {
                one.timer.cancel(false);
                one.publish.run();
            }
        }
    }
}
