package io.millrace.gateway.state;

import io.millrace.schemas.DeviceId;
import io.millrace.schemas.SessionState.Subscription;
import io.millrace.schemas.SessionState.Unfinished;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What of one session outlives its connection. Only sessions have one that began with the state of an earlier one, or that are
 * to be kept; it lives as long as the connection, and on until its state has been handed on. Its event loop only.
 */
public final class KeptSession {
    /** See {@link io.millrace.schemas.SessionState}. */
    record Content(
            boolean connected, List<Subscription> subscriptions, List<Integer> received, List<Unfinished> sent) {}

    private final SessionStates states;
    private final DeviceId device;
    private final long epoch;
    private final CompletableFuture<Void> handing;
    private final List<Unfinished> sentAtStart;
    private long expirySeconds;
    private List<Subscription> subscriptions;
    private CompletionStage<Void> lastWritten = CompletableFuture.completedFuture(null);

    private KeptSession(SessionStates states, DeviceId device, long epoch, long expirySeconds, KeptStates.Kept before) {
        this.states = states;
        this.device = device;
        this.epoch = epoch;
        this.expirySeconds = expirySeconds;
        this.subscriptions = before.subscriptions();
        this.sentAtStart = before.sent();
        this.handing = states.begins(device);
    }

    /**
     * A session that goes on, or a new one.
     *
     * @param expirySeconds how long it is kept once the device has left
     */
    public static KeptSession begin(
            SessionStates states, DeviceId device, long epoch, long expirySeconds, KeptStates.Kept before) {
        return new KeptSession(states, device, epoch, expirySeconds, before);
    }

    public long expirySeconds() {
        return expirySeconds;
    }

    /** A DISCONNECT may change it. */
    public void expirySeconds(long seconds) {
        expirySeconds = seconds;
    }

    /** Completes when Kafka knows them. */
    public CompletionStage<Void> subscribed(List<Subscription> now) {
        if (now.equals(subscriptions)) {
            return lastWritten;
        }
        subscriptions = now;
        return write();
    }

    /**
     * For a gateway that dies: until the session is closed in order, this is the state that the next one finds. Without the
     * packet ids received: one that is remembered for too long would make a new message a duplicate, which is worse than a
     * duplicate taken for new.
     */
    public CompletionStage<Void> write() {
        lastWritten =
                states.write(device, epoch, expirySeconds, new Content(true, subscriptions, List.of(), sentAtStart));
        return lastWritten;
    }

    /**
     * The session's connection is over, and all that it received has been answered by Kafka.
     *
     * @param received packet ids of QoS 2 messages that the client has not released
     * @param sent messages to the client that it has not finished
     */
    public void handOn(List<Integer> received, List<Unfinished> sent) {
        CompletionStage<Void> written = expirySeconds == 0
                ? states.erase(device, epoch)
                : states.write(device, epoch, expirySeconds, new Content(false, subscriptions, received, sent));
        // Until the table here has it: who comes back at once has asked what there is before Kafka acknowledged this.
        // Also if Kafka refuses it or does not answer: nobody may wait for ever.
        var unused = written.thenCompose(v -> states.refreshed())
                .whenComplete((v, failure) -> states.handedOn(device, handing));
    }

    /**
     * The device has a newer session on another gateway, whose state counts now. If that writes none, {@link StateSweep} finds
     * this one's.
     */
    public void leaveToOther() {
        states.handedOn(device, handing);
    }
}
