package io.millrace.gateway.session;

import io.micrometer.core.instrument.Counter;
import io.millrace.schemas.DeviceId;
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
    private record Opening(int count, long newestElsewhere, boolean cleanStart) {}

    private static final long NONE = -1;

    private final Map<DeviceId, DeviceSession> live = new ConcurrentHashMap<>();
    private final Map<DeviceId, Opening> opening = new ConcurrentHashMap<>();
    private final WaitingWills wills = new WaitingWills();
    private final Counter takeovers;

    public Sessions(Counter takeovers) {
        this.takeovers = takeovers;
    }

    /** Before the {@code opened} record is sent. Is followed by {@link #opened} or {@link #notOpened}. */
    public void beginOpening(DeviceId device) {
        opening.merge(
                device,
                new Opening(1, NONE, true),
                (a, b) -> new Opening(a.count + 1, a.newestElsewhere, a.cleanStart));
    }

    /** The session knows its epoch. It is told to end if it is not the newest; else the one before it is. */
    public void opened(DeviceSession session) {
        DeviceId device = session.deviceId();
        DeviceSession[] older = new DeviceSession[1];
        long[] newer = {session.epoch()};
        // First live, then no longer opening: in between, news of another gateway find it in one of the two.
        live.compute(device, (id, before) -> {
            boolean newest = before == null || before.epoch() < session.epoch();
            older[0] = newest ? before : session;
            newer[0] = newest ? session.epoch() : before.epoch();
            return newest ? session : before;
        });
        Opening elsewhere = leaveOpening(device);
        if (elsewhere.newestElsewhere > session.epoch()) {
            takeOver(session, new Takeover(elsewhere.newestElsewhere, elsewhere.cleanStart, false));
        }
        boolean newest = older[0] != session;
        takeOver(older[0], new Takeover(newer[0], !newest || session.isCleanStart(), true));
        if (newest) {
            wills.opened(device, session.epoch(), session.isCleanStart());
        }
    }

    /**
     * A connection of that device no longer waits for its epoch.
     *
     * @return the newest epoch seen on another gateway meanwhile, negative if none was
     */
    public long notOpened(DeviceId device) {
        return leaveOpening(device).newestElsewhere;
    }

    private Opening leaveOpening(DeviceId device) {
        Opening[] left = {new Opening(0, NONE, true)};
        opening.computeIfPresent(device, (id, before) -> {
            left[0] = before;
            return before.count == 1 ? null : new Opening(before.count - 1, before.newestElsewhere, before.cleanStart);
        });
        return left[0];
    }

    /** Another gateway has opened a session of that device. */
    public void openedElsewhere(DeviceId device, long epoch, boolean cleanStart) {
        opening.computeIfPresent(
                device,
                (id, before) -> epoch > before.newestElsewhere ? new Opening(before.count, epoch, cleanStart) : before);
        superseded(device, new Takeover(epoch, cleanStart, false));
    }

    /** There has been a newer session of that device, which may be over already. */
    public void superseded(DeviceId device, Takeover by) {
        // First the session, which leaves its will before it leaves: one of the two is found.
        DeviceSession session = live.get(device);
        if (session != null && session.epoch() < by.epoch()) {
            takeOver(session, by);
        }
        wills.opened(device, by.epoch(), by.cleanStart());
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
        return session != null && session.epoch() < epoch || opening.containsKey(device) || wills.isWaiting(device);
    }

    /** Of sessions that were here. */
    public WaitingWills wills() {
        return wills;
    }

    public Collection<DeviceSession> all() {
        return List.copyOf(live.values());
    }

    public int size() {
        return live.size();
    }

    private void takeOver(@Nullable DeviceSession session, Takeover by) {
        if (session != null) {
            takeovers.increment();
            session.takenOver(by);
        }
    }
}
