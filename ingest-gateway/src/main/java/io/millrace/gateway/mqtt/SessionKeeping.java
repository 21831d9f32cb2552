package io.millrace.gateway.mqtt;

import io.millrace.gateway.session.Takeover;
import io.millrace.gateway.state.KeptSession;
import io.millrace.gateway.state.KeptStates.Kept;
import io.millrace.gateway.state.SessionStates;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceTopic;
import io.millrace.schemas.SessionState.Unfinished;
import io.netty.handler.codec.mqtt.MqttProperties;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What a device's connection has to do with its session outliving it: takes over the state of the one before, and leaves its
 * own to the next. A session that is clean at both ends has nothing of this. Lives as long as the connection; its event loop
 * only.
 */
final class SessionKeeping {
    private static final CompletionStage<Void> NOTHING_TO_WAIT_FOR = CompletableFuture.completedFuture(null);

    private final SessionStates states;
    private final DeviceId device;
    private final SessionWish wish;
    /** Of a session that is kept, or that goes on with one that was. */
    private @Nullable KeptSession kept;

    SessionKeeping(SessionStates states, DeviceId device, SessionWish wish) {
        this.states = states;
        this.device = device;
        this.wish = wish;
    }

    SessionWish wish() {
        return wish;
    }

    /** How long the session lives on without a connection. */
    long expirySeconds() {
        return kept == null ? 0 : kept.expirySeconds();
    }

    /** To be asked for with CONNECT: it is known by the time the epoch is. */
    CompletionStage<Void> refreshed() {
        return wish.cleanStart() ? NOTHING_TO_WAIT_FOR : states.refreshed();
    }

    /** Whether CONNACK has to wait for nothing. */
    boolean isNothing() {
        return wish.isForThisConnectionOnly() && states.isUnknown(device);
    }

    /** What the session before has left, if this one goes on with it; on any thread. */
    CompletionStage<Optional<Kept>> take(long epoch, CompletionStage<Void> refreshed) {
        return states.take(device, epoch, wish.cleanStart(), wish.expirySeconds() > 0, refreshed);
    }

    /** Completes when CONNACK may be sent; on any thread. */
    CompletionStage<Void> begin(long epoch, Optional<Kept> before) {
        if (before.isEmpty() && wish.expirySeconds() == 0) {
            return NOTHING_TO_WAIT_FOR;
        }
        KeptSession session =
                KeptSession.begin(states, device, epoch, wish.expirySeconds(), before.orElse(Kept.NOTHING));
        kept = session;
        CompletionStage<Void> written = session.write();
        // CONNACK promises a new session, so it is in Kafka first. One that goes on is there already; only the
        // packet ids that it received must be out of its record before the client begins to use them anew.
        boolean isThere = before.isPresent() && before.get().received().isEmpty();
        return isThere ? NOTHING_TO_WAIT_FOR : written;
    }

    /** What a session that is kept promises, Kafka knows first; empty if nothing is to be waited for. */
    Optional<CompletionStage<Void>> subscribed(Subscriptions subscriptions) {
        int prefix = DeviceTopic.ROOT.length() + device.value().length() + 1;
        return Optional.ofNullable(kept).map(session -> session.subscribed(subscriptions.toState(prefix)));
    }

    /** Whether a DISCONNECT may say that [MQTT 5, 3.14.2.2.2]: what ends with its connection cannot be kept after all. */
    boolean mayDisconnect(MqttProperties properties, long askedAtConnect, Duration longest) {
        long asked = SessionWish.asked(properties, -1);
        if (asked > 0 && askedAtConnect == 0) {
            return false;
        }
        if (asked >= 0 && kept != null) {
            kept.expirySeconds(Math.min(asked, longest.toSeconds()));
        }
        return true;
    }

    /**
     * A record that does not count has come behind this session's: of two, the last is kept by compaction.
     *
     * @param by the epoch of that record; this session's own if another gateway took it for over
     */
    void overwritten(long epoch, long by) {
        if (kept != null) {
            var unused = kept.write();
        } else if (by < epoch) {
            // Its own end would be the answer to its own end.
            var unused = states.erase(device, epoch);
        }
    }

    boolean isKept() {
        return kept != null;
    }

    /**
     * The connection is over, and all that it received has been answered by Kafka.
     *
     * @param by the newer session, if that ended this one
     */
    void handOn(@Nullable Takeover by, List<Integer> received, List<Unfinished> sent) {
        if (kept == null) {
            return;
        }
        if (by != null && !by.here()) {
            kept.leaveToOther();
        } else {
            kept.handOn(received, sent);
        }
    }
}
