package io.millrace.gateway.session;

import io.micrometer.core.instrument.Counter;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of devices on this gateway: for each device at most one, the newest. Whoever is older is told to end, whichever
 * of the two came to know its epoch first and whether the newer one is here or on another gateway. Any thread.
 */
public final class Sessions {
    /** Connections of a device that wait for their epoch, and the newest session that another gateway has meanwhile opened. */
    private record Opening(int count, long newestElsewhere) {}

    private static final long NONE = -1;

    private final Map<DeviceId, DeviceSession> live = new ConcurrentHashMap<>();
    private final Map<DeviceId, Opening> opening = new ConcurrentHashMap<>();
    private final Counter takeovers;

    public Sessions(Counter takeovers) {
        this.takeovers = takeovers;
    }

    /** Before the {@code opened} record is sent. Is followed by {@link #opened} or {@link #notOpened}. */
    public void beginOpening(DeviceId device) {
        opening.merge(device, new Opening(1, NONE), (a, b) -> new Opening(a.count + 1, a.newestElsewhere));
    }

    /** The session knows its epoch. It is told to end if it is not the newest; else the one before it is. */
    public void opened(DeviceSession session) {
        DeviceId device = session.deviceId();
        DeviceSession[] older = new DeviceSession[1];
        // First live, then no longer opening: in between, news of another gateway find it in one of the two.
        live.compute(device, (id, before) -> {
            boolean newest = before == null || before.epoch() < session.epoch();
            older[0] = newest ? before : session;
            return newest ? session : before;
        });
        long elsewhere = notOpened(device);
        if (elsewhere > session.epoch()) {
            takeOver(session);
        }
        takeOver(older[0]);
    }

    /**
     * A connection of that device no longer waits for its epoch.
     *
     * @return the newest epoch seen on another gateway meanwhile, negative if none was
     */
    public long notOpened(DeviceId device) {
        long[] elsewhere = {NONE};
        opening.computeIfPresent(device, (id, before) -> {
            elsewhere[0] = before.newestElsewhere;
            return before.count == 1 ? null : new Opening(before.count - 1, before.newestElsewhere);
        });
        return elsewhere[0];
    }

    /** Another gateway has opened a session of that device. */
    public void openedElsewhere(DeviceId device, long epoch) {
        opening.computeIfPresent(
                device, (id, before) -> new Opening(before.count, Math.max(epoch, before.newestElsewhere)));
        superseded(device, epoch);
    }

    /** There has been a session of that device with that epoch, which may be over already. */
    public void superseded(DeviceId device, long epoch) {
        DeviceSession session = live.get(device);
        if (session != null && session.epoch() < epoch) {
            takeOver(session);
        }
    }

    /** The session has ended; a newer one of the same device stays. */
    public void remove(DeviceSession session) {
        live.remove(session.deviceId(), session);
    }

    public Optional<DeviceSession> find(DeviceId device) {
        return Optional.ofNullable(live.get(device));
    }

    /** Whether a session with that epoch, opened elsewhere, would end one that is here or about to be. */
    public boolean waitsForNews(DeviceId device, long epoch) {
        DeviceSession session = live.get(device);
        return session != null && session.epoch() < epoch || opening.containsKey(device);
    }

    public Collection<DeviceSession> all() {
        return List.copyOf(live.values());
    }

    public int size() {
        return live.size();
    }

    private void takeOver(@Nullable DeviceSession session) {
        if (session != null) {
            takeovers.increment();
            session.end(CloseReason.TAKEN_OVER);
        }
    }
}
