package io.millrace.rules.evaluation;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which gateway serves which device, and when each gateway lived, as {@code device-sessions} tells: the silence of a device whose
 * gateway is gone says nothing of the device. It counts again when the gateway is back, or another one serves the device. Any
 * thread.
 */
public final class Gateways {

    private record Session(int slot, long epoch) {}

    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final Map<Integer, Aliveness> lives = new ConcurrentHashMap<>();

    /** The gateway of that slot lived at that time. */
    public void sign(int slot, long time) {
        life(slot).sign(time);
    }

    /** @param epoch of the session: the greater one is the newer one */
    public void opened(String deviceId, int slot, long epoch) {
        var unused = sessions.merge(
                deviceId, new Session(slot, epoch), (before, next) -> before.epoch > next.epoch ? before : next);
    }

    /** The device, or its network, ended that session: what it does from now on is no gateway's fault. */
    public void left(String deviceId, long epoch) {
        var unused = sessions.computeIfPresent(deviceId, (id, session) -> session.epoch <= epoch ? null : session);
    }

    /** When the device's gateway lived; empty if it has no session. */
    Optional<Aliveness> of(String deviceId) {
        Session session = sessions.get(deviceId);
        return session == null ? Optional.empty() : Optional.of(life(session.slot));
    }

    private Aliveness life(int slot) {
        return lives.computeIfAbsent(slot, key -> new Aliveness());
    }
}
