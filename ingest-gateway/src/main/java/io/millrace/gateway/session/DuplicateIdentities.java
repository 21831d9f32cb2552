package io.millrace.gateway.session;

import io.millrace.schemas.DeviceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Notices two boards with one identity: they take each other's session over, again and again. Told of every takeover on every
 * gateway by the reader of {@code device-sessions}, so that all gateways come to the same view. From the third within a minute
 * on, whoever connects with that identity waits, longer each time, so that each board keeps its session for a while. Remembers
 * a bounded number of devices, each until it has been quiet for some minutes. Written by the reader's thread, read by any.
 */
public final class DuplicateIdentities {
    public static final Duration WITHIN = Duration.ofMinutes(1);
    public static final int TAKEOVERS = 3;

    private static final long QUIET_NANOS = Duration.ofMinutes(5).toNanos();
    private static final int MOST_DEVICES = 10_000;
    private static final int MOST_ADDRESSES = 4;
    /** esp-mqtt gives up on a CONNACK after 10 s. */
    private static final Duration[] WAITS = {
        Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(7)
    };

    /** Told when a device is found to share its identity, once for each time that it begins to. */
    public interface Finder {
        void found(DeviceId device, List<String> addresses);
    }

    /** The takeovers of one device. The reader's thread writes; the fields that others read are volatile. */
    private static final class Rivalry {
        private final long[] lastTakeovers = new long[TAKEOVERS];
        private final Set<String> addresses = new LinkedHashSet<>();
        private int takeovers;
        private volatile long newest;
        private volatile int level;

        private void takenOver(long now) {
            lastTakeovers[takeovers++ % TAKEOVERS] = now;
            newest = now;
            // The ring now has the oldest of the last few where the next will stand.
            boolean often = takeovers >= TAKEOVERS && now - lastTakeovers[takeovers % TAKEOVERS] <= WITHIN.toNanos();
            if (often || level > 0) {
                level = Math.min(level + 1, WAITS.length - 1);
            }
        }

        private boolean isQuiet(long now) {
            return now - newest > (level > 0 ? QUIET_NANOS : WITHIN.toNanos());
        }
    }

    private final Map<DeviceId, Rivalry> rivalries = new ConcurrentHashMap<>();
    private final Finder finder;
    private final LongSupplier nanos;

    /** @param nanos a steady clock */
    public DuplicateIdentities(Finder finder, LongSupplier nanos) {
        this.finder = finder;
        this.nanos = nanos;
    }

    /** Whether the addresses of this device's sessions are of interest. */
    boolean watches(DeviceId device) {
        return rivalries.containsKey(device);
    }

    void opened(DeviceId device, String address) {
        Rivalry rivalry = rivalries.get(device);
        if (rivalry != null && rivalry.addresses.size() < MOST_ADDRESSES) {
            rivalry.addresses.add(address);
        }
    }

    /** @param here whether it was a session of this gateway; then it is this gateway that tells */
    void takenOver(DeviceId device, boolean here) {
        long now = nanos.getAsLong();
        if (rivalries.size() >= MOST_DEVICES) {
            rivalries.values().removeIf(rivalry -> rivalry.isQuiet(now));
        }
        Rivalry rivalry = rivalries.get(device);
        if (rivalry == null || rivalry.isQuiet(now)) {
            if (rivalry == null && rivalries.size() >= MOST_DEVICES) {
                return;
            }
            rivalry = new Rivalry();
            rivalries.put(device, rivalry);
        }
        boolean before = rivalry.level > 0;
        rivalry.takenOver(now);
        if (!before && rivalry.level > 0 && here) {
            finder.found(device, new ArrayList<>(rivalry.addresses));
        }
    }

    /** How long a device that has authenticated waits for its session; below 8 s. */
    public Duration wait(DeviceId device) {
        Rivalry rivalry = rivalries.get(device);
        return rivalry == null || rivalry.isQuiet(nanos.getAsLong()) ? Duration.ZERO : WAITS[rivalry.level];
    }
}
