package io.millrace.gateway.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.micrometer.core.instrument.Counter;
import io.millrace.gateway.kafka.SteadyWriter;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionEvent;
import io.millrace.schemas.Topics;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes {@code device-sessions}: what happens to the sessions of this gateway, and to the gateway itself. Never blocks; any
 * thread.
 */
public final class SessionLog {
    private static final Logger log = LoggerFactory.getLogger(SessionLog.class);

    private final SteadyWriter writer;
    private final String topic;
    private final int slot;
    private final Clock clock;
    private final Counter failures;
    private volatile long incarnation = -1;

    public SessionLog(SteadyWriter writer, Topics topics, int slot, Clock clock, Counter failures) {
        this.writer = writer;
        this.topic = topics.deviceSessions();
        this.slot = slot;
        this.clock = clock;
        this.failures = failures;
    }

    public int slot() {
        return slot;
    }

    /** The offset of this start's {@code gateway-started} record. */
    public long incarnation() {
        return incarnation;
    }

    /** Completes, on Kafka's thread, when the incarnation is known. */
    public CompletionStage<Void> gatewayStarted() {
        return append(gatewayKey(), new SessionEvent.GatewayStarted(slot, clock.instant()))
                .thenAccept(offset -> incarnation = offset);
    }

    /** Completes when Kafka has it. */
    public CompletionStage<Long> heartbeat(long leaseMillis, int sessions) {
        return append(
                gatewayKey(),
                new SessionEvent.GatewayHeartbeat(slot, incarnation, clock.instant(), leaseMillis, sessions));
    }

    /** Completes when Kafka has it. */
    public CompletionStage<Long> gatewayStopped() {
        return append(gatewayKey(), new SessionEvent.GatewayStopped(slot, incarnation, clock.instant()));
    }

    /** Completes, on Kafka's thread, with the new session's epoch. */
    public CompletionStage<Long> opened(
            DeviceId device, String clientId, String protocol, String address, boolean cleanStart) {
        return append(
                device.key(),
                new SessionEvent.Opened(
                        device, slot, incarnation, clock.instant(), clientId, protocol, address, cleanStart));
    }

    /** Fails if too much waits for Kafka: then the session must end, for nobody knows that it is ready. */
    public CompletionStage<Long> ready(DeviceId device, long epoch, int qos) {
        return append(device.key(), new SessionEvent.Ready(device, slot, incarnation, epoch, clock.instant(), qos));
    }

    /** As {@link #ready}. */
    public CompletionStage<Long> unready(DeviceId device, long epoch) {
        return append(device.key(), new SessionEvent.Unready(device, slot, incarnation, epoch, clock.instant()));
    }

    /** Waits for room if there is none, whatever else does. */
    public void closed(DeviceId device, long epoch, SessionEvent.CloseReason reason) {
        SessionEvent event = new SessionEvent.Closed(device, slot, incarnation, epoch, clock.instant(), reason);
        writer.sendEnd(new ProducerRecord<>(topic, device.key(), Json.write(event)), (metadata, failure) -> {
            if (failure != null) {
                failed(event, failure);
            }
        });
    }

    private void failed(SessionEvent event, Exception failure) {
        failures.increment();
        log.atError().setCause(failure).addKeyValue("event", event).log("session event not written");
    }

    private byte[] gatewayKey() {
        return SessionEvent.gatewayKey(slot).getBytes(ISO_8859_1);
    }

    private CompletionStage<Long> append(byte[] key, SessionEvent event) {
        CompletableFuture<Long> offset = new CompletableFuture<>();
        writer.send(new ProducerRecord<>(topic, key, Json.write(event)), (metadata, failure) -> {
            if (failure == null) {
                offset.complete(metadata.offset());
            } else {
                failed(event, failure);
                offset.completeExceptionally(failure);
            }
        });
        return offset;
    }
}
