package io.millrace.gateway.state;

import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionState;
import io.millrace.schemas.SessionState.Subscription;
import io.millrace.schemas.SessionState.Unfinished;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * {@code device-session-state} as a table: an entry of some 150 bytes for each device with a persistent session, on every
 * gateway; devices with clean sessions are not in it. Most devices of a fleet subscribe to the same, so equal lists of
 * subscriptions are one object. {@link #accept} is its reader's thread, the rest any.
 */
public final class KeptStates {
    /** Of these many lists of subscriptions one copy is kept for all. */
    private static final int SHARED_LISTS = 1_000;

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
    private final BiConsumer<DeviceId, Long> written;

    /** @param written told the device and the epoch of each record */
    public KeptStates(BiConsumer<DeviceId, Long> written) {
        this.written = written;
    }

    public void accept(ConsumerRecord<byte[], byte @Nullable []> record) {
        DeviceId device = DeviceId.ofKey(record.key());
        byte[] value = record.value();
        if (value == null) {
            long epoch = SessionState.epochOfTombstone(record);
            var unused = table.computeIfPresent(device, (id, kept) -> kept.epoch <= epoch ? null : kept);
            return;
        }
        Kept read = compact(Json.read(value, SessionState.class));
        // A gateway that did not know yet that the device is elsewhere wrote late: the newer session counts.
        var unused = table.merge(device, read, (kept, late) -> late.epoch >= kept.epoch ? late : kept);
        written.accept(device, read.epoch);
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

    /** All that was written by the gateway with that slot. */
    Map<DeviceId, Kept> writtenBy(int slot) {
        Map<DeviceId, Kept> of = new LinkedHashMap<>();
        table.forEach((device, kept) -> {
            if (kept.slot == slot) {
                of.put(device, kept);
            }
        });
        return of;
    }

    /** Forgets what has been over for longer than it takes its writer to say so. */
    void forget(Instant now, Duration after) {
        var unused = table.values().removeIf(kept -> kept.isOver(now.minus(after)));
    }
}
