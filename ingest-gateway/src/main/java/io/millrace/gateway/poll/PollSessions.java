package io.millrace.gateway.poll;

import io.millrace.schemas.DeviceId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The sessions of the devices that poll this gateway: where a poll finds its own, or begins one. Any thread. */
public final class PollSessions {
    private final PollServices services;
    private final Map<DeviceId, PollSession> byDevice = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();

    public PollSessions(PollServices services) {
        this.services = services;
        services.metrics().gauge("gateway.polls.waiting", "Polls that wait for a command", waiting, AtomicInteger::get);
        services.metrics().gauge("gateway.polls.sessions", "Devices that poll", byDevice, Map::size);
    }

    /** Takes it to its session, which answers it. */
    public void arrive(Poll poll) {
        DeviceId device = poll.identity().id();
        PollSession session = byDevice.get(device);
        if (session == null) {
            if (byDevice.size() >= services.most()) {
                poll.unavailable("as many devices poll as this gateway takes");
                return;
            }
            PollSession begun = new PollSession(services, this, device, poll.loop());
            session = byDevice.putIfAbsent(device, begun);
            if (session == null) {
                session = begun;
                begun.open(poll.address());
            }
        }
        session.arrive(poll);
    }

    /** Its client has gone without an answer. */
    public void gone(Poll poll) {
        PollSession session = byDevice.get(poll.identity().id());
        if (session != null) {
            session.gone(poll);
        }
    }

    void remove(PollSession session) {
        byDevice.remove(session.deviceId(), session);
    }

    /** @param more 1 or -1 */
    void waits(int more) {
        waiting.addAndGet(more);
    }
}
