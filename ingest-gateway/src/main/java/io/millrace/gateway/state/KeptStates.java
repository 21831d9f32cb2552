package io.millrace.gateway.state;

import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionState;
import io.millrace.schemas.SessionState.Subscription;
import io.millrace.schemas.SessionState.Unfinished;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * {@code device-session-state} as a table: an entry of some 150 bytes for each device with a persistent session, on every
 * gateway; devices with clean sessions are not in it. Most devices of a fleet subscribe to the same, so equal lists of
 * subscriptions are one object. {@link #accept} is its reader's thread, the rest any.
 *
 * <p>Of two records of a device the one with the higher epoch counts, whichever stands last; a tombstone has an epoch too, and
 * what it has ended stays ended. But compaction knows nothing of epochs and keeps the last: behind a late record the newer one is
 * {@link #isBuried buried}, and must be written again before the cleaner comes by. Who does so is always known: the newer
 * session while it lives ({@link Watch}), else the gateway that wrote its record, and for a tombstone the gateway that was late
 * ({@link StateSweep}). Each reads all there is from the topic's beginning, so a restart does not make it forget.
 */
public final class KeptStates {
    /** Of these many lists of subscriptions one copy is kept for all. */
    private static final int SHARED_LISTS = 1_000;
    /** Of so many ends, the latest, it is known that what comes late from before them does not count. */
    private static final int ENDS = 10_000;

    /** What is told of each record. */
    public interface Watch {
        /** @param slot of the gateway that wrote it; negative for a tombstone */
        void read(DeviceId device, long epoch, int slot);
    }

    /**
     * A tombstone behind which a record of an older session has come.
     *
     * @param lateSlot of the gateway that wrote the latter
     */
    record BuriedEnd(long epoch, int lateSlot) {}

    /** See {@link SessionState}. */
    public record Kept(
            int slot,
            long epoch,
            long atSeconds,
            long expirySeconds,
            boolean connected,
            List<Subscription> subscriptions,
            List<Integer> received,
            List<Unfinished> sent) {
        /** Of a session that is new. */
        public static final Kept NOTHING = new Kept(0, 0, 0, 0, false, List.of(), List.of(), List.of());

        /** When it is over if the device does not come back; while the device is connected, never. */
        public boolean isOver(Instant now) {
            return !connected && now.getEpochSecond() - atSeconds >= expirySeconds;
        }
    }

    private final Map<DeviceId, Kept> table = new ConcurrentHashMap<>();
    private final Map<List<Subscription>, List<Subscription>> shared = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<List<Subscription>, List<Subscription>> eldest) {
            return size() > SHARED_LISTS;
        }
    };
    private final Set<DeviceId> buried = ConcurrentHashMap.newKeySet();
    private final Map<DeviceId, BuriedEnd> buriedEnds = new ConcurrentHashMap<>();
    /** The epoch of each tombstone; its reader's thread alone. */
    private final Map<DeviceId, Long> ends = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<DeviceId, Long> eldest) {
            return size() > ENDS;
        }
    };

    private final Watch watch;

    public KeptStates(Watch watch) {
        this.watch = watch;
    }

    public void accept(ConsumerRecord<byte[], byte @Nullable []> record) {
        DeviceId device = DeviceId.ofKey(record.key());
        byte[] value = record.value();
        if (value == null) {
            long epoch = SessionState.epochOfTombstone(record);
            ended(device, epoch);
            watch.read(device, epoch, -1);
        } else {
            Kept read = compact(Json.read(value, SessionState.class));
            written(device, read);
            watch.read(device, read.epoch, read.slot);
        }
    }

    private void ended(DeviceId device, long epoch) {
        Kept newest = table.get(device);
        if (newest != null && newest.epoch > epoch) {
            buried.add(device);
            return;
        }
        table.remove(device);
        buried.remove(device);
        if (epoch >= ends.getOrDefault(device, epoch)) {
            buriedEnds.remove(device);
            // A person's tombstone ends what is there, not what will be.
            if (epoch == Long.MAX_VALUE) {
                ends.remove(device);
            } else {
                ends.put(device, epoch);
            }
        }
    }

    private void written(DeviceId device, Kept read) {
        long end = ends.getOrDefault(device, read.epoch);
        if (read.epoch < end) {
            buriedEnds.put(device, new BuriedEnd(end, read.slot));
            return;
        }
        Kept newest = table.get(device);
        if (newest != null && newest.epoch > read.epoch) {
            buried.add(device);
            return;
        }
        table.put(device, read);
        buried.remove(device);
        buriedEnds.remove(device);
    }

    private Kept compact(SessionState state) {
        List<Subscription> subscriptions = shared.computeIfAbsent(state.subscriptions(), same -> same);
        return new Kept(
                state.slot(),
                state.epoch(),
                state.at().getEpochSecond(),
                state.expirySeconds(),
                state.connected(),
                subscriptions,
                state.received(),
                state.sent());
    }

    /** What the device would find if it came back now. */
    public Optional<Kept> find(DeviceId device, Instant now) {
        return Optional.ofNullable(table.get(device)).filter(kept -> !kept.isOver(now));
    }

    /** Whether the topic has something of that device, be it over. */
    public boolean holds(DeviceId device) {
        return table.containsKey(device);
    }

    public int size() {
        return table.size();
    }

    /** All there is; what comes meanwhile may be in it or not. */
    Map<DeviceId, Kept> all() {
        return Collections.unmodifiableMap(table);
    }

    /** Whether a record that does not count stands behind the one that does. */
    boolean isBuried(DeviceId device) {
        return buried.contains(device);
    }

    /** Of devices of which nothing counts any more, and something stands last. */
    Map<DeviceId, BuriedEnd> buriedEnds() {
        return Collections.unmodifiableMap(buriedEnds);
    }

    /** Forgets what has been over for longer than it takes its writer to say so. */
    void forget(Instant now, Duration after) {
        var unused = table.values().removeIf(kept -> kept.isOver(now.minus(after)));
    }
}
