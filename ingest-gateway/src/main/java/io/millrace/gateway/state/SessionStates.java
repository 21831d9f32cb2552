package io.millrace.gateway.state;

import io.micrometer.core.instrument.Counter;
import io.millrace.gateway.kafka.SteadyWriter;
import io.millrace.gateway.state.KeptStates.Kept;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.SessionState;
import io.millrace.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the state of persistent sessions from one connection of a device to the next, on whatever gateway that is: writes
 * {@code device-session-state} and finds what was written. What is promised to a client follows Kafka's acknowledgement. Any
 * thread.
 */
public final class SessionStates {
    private static final Logger log = LoggerFactory.getLogger(SessionStates.class);

    private final KeptStates kept;
    private final Supplier<CompletionStage<Void>> refresh;
    private final SteadyWriter writer;
    private final Topics topics;
    private final int slot;
    private final Clock clock;
    private final Counter failures;
    /** Of devices with a persistent session here: completes when its state has been handed on, and {@link #kept} has it. */
    private final Map<DeviceId, CompletableFuture<Void>> here = new ConcurrentHashMap<>();

    private final StateSweep sweep;

    /**
     * @param refresh makes sure that {@code kept} has all that was acknowledged before
     * @param isToLookAfter whether what the gateway of a slot wrote is this one's concern
     */
    public SessionStates(
            KeptStates kept,
            Supplier<CompletionStage<Void>> refresh,
            SteadyWriter writer,
            Topics topics,
            int slot,
            IntPredicate isToLookAfter,
            Clock clock,
            Counter failures) {
        this.kept = kept;
        this.refresh = refresh;
        this.writer = writer;
        this.topics = topics;
        this.slot = slot;
        this.clock = clock;
        this.failures = failures;
        this.sweep = new StateSweep(kept, this, isToLookAfter, clock);
    }

    /** To be asked for as early as it is known that a state will be looked for. */
    public CompletionStage<Void> refreshed() {
        return refresh.get();
    }

    /** Whether a session that is clean at both ends has nothing to discard. */
    public boolean isUnknown(DeviceId device) {
        return !kept.holds(device) && !here.containsKey(device);
    }

    /**
     * What the session before has left, once that has ended; after a clean start, nothing, for it has been discarded
     * [MQTT-3.1.2-4]. The new session must have ended an older one on this gateway already.
     *
     * @param isKept whether the new session will be kept, and so replaces what was
     * @param refreshed what {@link #refreshed} has given before
     */
    public CompletionStage<Optional<Kept>> take(
            DeviceId device, long epoch, boolean cleanStart, boolean isKept, CompletionStage<Void> refreshed) {
        CompletableFuture<Void> before = here.get(device);
        if (cleanStart) {
            CompletionStage<Void> ended = before == null ? CompletableFuture.completedFuture(null) : before;
            return ended.thenCompose(v -> isKept || !kept.holds(device) && before == null
                            ? CompletableFuture.completedFuture(null)
                            : erase(device, epoch))
                    .thenApply(v -> Optional.empty());
        }
        CompletionStage<Void> known = before == null ? refreshed : before.thenCompose(v -> refresh.get());
        return known.thenApply(v -> kept.find(device, clock.instant()));
    }

    /** Whether a session of the device that hands on its state is here, or has not done so yet. */
    boolean isHere(DeviceId device) {
        return here.containsKey(device);
    }

    /** A session begins that will hand on its state. {@link #handedOn} follows. */
    CompletableFuture<Void> begins(DeviceId device) {
        CompletableFuture<Void> handing = new CompletableFuture<>();
        here.put(device, handing);
        return handing;
    }

    void handedOn(DeviceId device, CompletableFuture<Void> handing) {
        var unused = here.remove(device, handing);
        handing.complete(null);
    }

    /** Completes when all sessions that have ended by now have handed on their state. */
    public CompletionStage<Void> allHandedOn() {
        return CompletableFuture.allOf(here.values().toArray(CompletableFuture[]::new));
    }

    /** One that is connected fails if too much waits for Kafka; an end waits. */
    CompletionStage<Void> write(DeviceId device, long epoch, long expirySeconds, KeptSession.Content content) {
        return write(device, epoch, clock.instant(), expirySeconds, content);
    }

    /** What there is, as it is. */
    CompletionStage<Void> writeAgain(DeviceId device, Kept one) {
        return write(device, one.epoch(), Instant.ofEpochSecond(one.atSeconds()), one.expirySeconds(), ended(one));
    }

    /** The device has left. */
    CompletionStage<Void> writeEnded(DeviceId device, Kept one) {
        return write(device, one.epoch(), one.expirySeconds(), ended(one));
    }

    private static KeptSession.Content ended(Kept one) {
        return new KeptSession.Content(false, one.subscriptions(), one.received(), one.sent());
    }

    private CompletionStage<Void> write(
            DeviceId device, long epoch, Instant at, long expirySeconds, KeptSession.Content content) {
        ProducerRecord<byte[], byte[]> record = new SessionState(
                        device,
                        slot,
                        epoch,
                        at,
                        expirySeconds,
                        content.connected(),
                        content.subscriptions(),
                        content.received(),
                        content.sent())
                .toRecord(topics);
        return content.connected() ? send(record, writer::send) : send(record, writer::sendEnd);
    }

    /** Ends what sessions of the device up to that epoch have left. */
    public CompletionStage<Void> erase(DeviceId device, long epoch) {
        return send(SessionState.tombstone(topics, device, epoch), writer::sendEnd);
    }

    private CompletionStage<Void> send(ProducerRecord<byte[], byte[]> record, SteadyWriter.Target target) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        target.send(record, (metadata, failure) -> {
            if (failure == null) {
                done.complete(null);
            } else {
                failures.increment();
                log.atError().setCause(failure).log("session state not written");
                done.completeExceptionally(failure);
            }
        });
        return done;
    }

    /** Before the first connection; see {@link StateSweep#begin}. */
    public CompletionStage<Void> closeWhatWasLeftOpen() {
        return sweep.begin(slot);
    }

    /** From time to time; see {@link StateSweep}. */
    public void sweep() {
        sweep.sweep();
    }

    /** How often {@link #sweep} is to be called. */
    public static Duration sweepInterval() {
        return StateSweep.INTERVAL;
    }
}
