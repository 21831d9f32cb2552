package io.millrace.commands.intake;

import io.millrace.commands.store.GatewayStore.Sign;
import io.millrace.commands.store.SessionStore.Change;
import io.millrace.schemas.SessionEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a batch of session events comes down to: of each device its newest session, of each gateway its last sign of life. A
 * pure fold, in the order of the records; used by one thread, for one batch.
 */
final class SessionFold {
    /** Until a heartbeat tells the gateway's own. */
    static final Duration FIRST_LEASE = Duration.ofSeconds(15);

    private final Instant now;
    private final Map<String, Change> sessions = new LinkedHashMap<>();
    private final Map<Integer, Sign> gateways = new LinkedHashMap<>();

    SessionFold(Instant now) {
        this.now = now;
    }

    Collection<Change> sessions() {
        return List.copyOf(sessions.values());
    }

    Collection<Sign> gateways() {
        return List.copyOf(gateways.values());
    }

    /** @param offset of the event's record: the epoch of a session that it opens, the incarnation of a gateway that it starts */
    void add(SessionEvent event, long offset) {
        if (event instanceof SessionEvent.Opened e) {
            opened(e, offset);
        } else if (event instanceof SessionEvent.Ready e) {
            merge(change(e, e.epoch(), true, true, e.qos(), e.at()));
        } else if (event instanceof SessionEvent.Unready e) {
            merge(change(e, e.epoch(), true, false, 1, e.at()));
        } else if (event instanceof SessionEvent.Closed e) {
            merge(closed(e));
        } else if (event instanceof SessionEvent.GatewayStarted e) {
            hear(new Sign(e.slot(), offset, lease(e.at(), FIRST_LEASE), false, 0));
        } else if (event instanceof SessionEvent.GatewayHeartbeat e) {
            hear(new Sign(
                    e.slot(), e.incarnation(), lease(e.at(), Duration.ofMillis(e.leaseMillis())), false, e.sessions()));
        } else if (event instanceof SessionEvent.GatewayStopped e) {
            hear(new Sign(e.slot(), e.incarnation(), e.at(), true, 0));
        }
        if (event instanceof SessionEvent.OfDevice e && !(event instanceof SessionEvent.Closed)) {
            // The gateway's own records may be read later, by another instance: what it does for a device proves it
            // alive.
            hear(new Sign(e.slot(), e.incarnation(), lease(e.at(), FIRST_LEASE), false, Sign.UNKNOWN));
        }
    }

    private void opened(SessionEvent.Opened e, long epoch) {
        merge(new Change(
                e.deviceId().value(),
                e.slot(),
                e.incarnation(),
                epoch,
                true,
                false,
                1,
                Optional.empty(),
                Optional.of(e.clientId()),
                Optional.of(e.protocol()),
                Optional.of(e.address()),
                past(e.at()),
                Optional.empty(),
                Optional.empty()));
    }

    private Change change(SessionEvent.OfDevice e, long epoch, boolean connected, boolean ready, int qos, Instant at) {
        return new Change(
                e.deviceId().value(),
                e.slot(),
                e.incarnation(),
                epoch,
                connected,
                ready,
                qos,
                Optional.of(at),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                past(at),
                Optional.empty(),
                Optional.empty());
    }

    private Change closed(SessionEvent.Closed e) {
        Change c = change(e, e.epoch(), false, false, 1, e.at());
        return new Change(
                c.deviceId(),
                c.slot(),
                c.incarnation(),
                c.epoch(),
                false,
                false,
                c.qos(),
                c.readyChanged(),
                c.clientId(),
                c.protocol(),
                c.address(),
                c.connectedSince(),
                Optional.of(e.at()),
                Optional.of(e.reason().text()));
    }

    /** A higher epoch replaces, a lower one says nothing, an equal one continues; what is closed stays closed. */
    private void merge(Change next) {
        sessions.merge(next.deviceId(), next, (before, after) -> {
            if (after.epoch() != before.epoch()) {
                return after.epoch() > before.epoch() ? after : before;
            }
            if (!before.connected()) {
                return before;
            }
            return new Change(
                    after.deviceId(),
                    after.slot(),
                    after.incarnation(),
                    after.epoch(),
                    after.connected(),
                    after.ready(),
                    after.qos(),
                    after.readyChanged().or(before::readyChanged),
                    before.clientId().or(after::clientId),
                    before.protocol().or(after::protocol),
                    before.address().or(after::address),
                    before.connectedSince(),
                    after.closedAt(),
                    after.closeReason());
        });
    }

    private void hear(Sign next) {
        gateways.merge(next.slot(), next, (before, after) -> {
            if (after.incarnation() != before.incarnation()) {
                return after.incarnation() > before.incarnation() ? after : before;
            }
            if (after.isByTheWay()) {
                return before;
            }
            Instant lease = before.isByTheWay() || after.leaseUntil().isAfter(before.leaseUntil())
                    ? after.leaseUntil()
                    : before.leaseUntil();
            return new Sign(
                    after.slot(), after.incarnation(), lease, before.stopped() || after.stopped(), after.sessions());
        });
    }

    /** From when it was said, for what is read late is old; but no clock ahead of ours prolongs it. */
    private Instant lease(Instant at, Duration length) {
        return past(at).plus(length);
    }

    /** Leases and the beginnings of sessions are compared: a clock ahead of ours would open sessions that outlive every lease. */
    private Instant past(Instant at) {
        return at.isAfter(now) ? now : at;
    }
}
