package io.millrace.gateway.enrolment;

import io.micrometer.core.instrument.Counter;
import io.millrace.gateway.identity.DeviceEntry;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Enrolment;
import io.millrace.schemas.Enrolment.Source;
import io.millrace.schemas.EnrolmentRefusal;
import io.millrace.schemas.Json;
import io.millrace.schemas.SecretDigest;
import io.millrace.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks command-service, by {@code device-enrolments}, to enter devices, and waits until this gateway's own table shows what came
 * of it: so a device that has been told its secret can use it at once. One wait a device, a bounded number of them in all. Any
 * thread; never blocks.
 */
public final class Enrolments {
    /** What came of a wish. */
    public enum Outcome {
        ENROLLED,
        /** There is a device of that id, with another secret, or one that lives under it without being registered. */
        TAKEN,
        /** Nobody followed the wish in time, and nobody will any more. */
        TOO_LATE,
        /** Too many wait already, or one for the same device. */
        BUSY
    }

    private static final Logger log = LoggerFactory.getLogger(Enrolments.class);
    private static final int MOST_WAITING = 1_000;
    /** Within which command-service may follow a wish, by its clock. */
    private static final Duration GOOD_FOR = Duration.ofSeconds(8);
    /** Longer, for the way back of what was entered at the last moment. */
    private static final Duration PATIENCE = Duration.ofSeconds(12);

    private record Waiting(String secret, CompletableFuture<Outcome> outcome) {}

    private final Function<String, Optional<DeviceEntry>> devices;
    private final BiConsumer<ProducerRecord<byte[], byte[]>, Callback> writer;
    private final Topics topics;
    private final int slot;
    private final Counter failed;
    private final Clock clock;
    private final Duration patience;
    private final Map<DeviceId, Waiting> waiting = new ConcurrentHashMap<>();

    /**
     * @param devices the gateway's table
     * @param failed counts records that Kafka refused
     */
    public Enrolments(
            Function<String, Optional<DeviceEntry>> devices,
            BiConsumer<ProducerRecord<byte[], byte[]>, Callback> writer,
            Topics topics,
            int slot,
            Counter failed,
            Clock clock) {
        this(devices, writer, topics, slot, failed, clock, PATIENCE);
    }

    Enrolments(
            Function<String, Optional<DeviceEntry>> devices,
            BiConsumer<ProducerRecord<byte[], byte[]>, Callback> writer,
            Topics topics,
            int slot,
            Counter failed,
            Clock clock,
            Duration patience) {
        this.devices = devices;
        this.writer = writer;
        this.topics = topics;
        this.slot = slot;
        this.failed = failed;
        this.clock = clock;
        this.patience = patience;
    }

    /**
     * Enters a device that has come with a provisioning key.
     *
     * @param secret that it has, or will be told
     * @return completes on whatever thread knows first
     */
    public CompletionStage<Outcome> enrol(DeviceId device, String secret, String keyId, Optional<String> type) {
        Waiting mine = new Waiting(secret, new CompletableFuture<>());
        if (waiting.size() >= MOST_WAITING || waiting.putIfAbsent(device, mine) != null) {
            return CompletableFuture.completedFuture(Outcome.BUSY);
        }
        CompletableFuture<Outcome> outcome = mine.outcome()
                .completeOnTimeout(Outcome.TOO_LATE, patience.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((result, failure) -> waiting.remove(device, mine));
        write(enrolment(
                device, Source.PROVISIONING_KEY, Optional.of(SecretDigest.of(secret)), Optional.of(keyId), type));
        // It may have come between the caller's look and our waiting.
        changed(device);
        return outcome;
    }

    /** Enters a device that has come with a certificate of the CA, if it is not known; nobody waits for it. */
    public void enrolCertified(DeviceId device) {
        if (devices.apply(device.value()).isEmpty()) {
            write(enrolment(device, Source.CERTIFICATE, Optional.empty(), Optional.empty(), Optional.empty()));
        }
    }

    private Enrolment enrolment(
            DeviceId device,
            Source source,
            Optional<SecretDigest> secret,
            Optional<String> keyId,
            Optional<String> type) {
        Instant now = clock.instant();
        return new Enrolment(device, source, secret, keyId, type, Map.of(), slot, now, now.plus(GOOD_FOR));
    }

    private void write(Enrolment wish) {
        writer.accept(wish.toRecord(topics), (metadata, failure) -> {
            if (failure != null) {
                failed.increment();
                log.atError()
                        .setCause(failure)
                        .addKeyValue("deviceId", wish.deviceId())
                        .log("enrolment not written");
            }
        });
    }

    /** The gateway's table has something new of that device. */
    public void changed(DeviceId device) {
        Waiting mine = waiting.get(device);
        if (mine == null) {
            return;
        }
        devices.apply(device.value()).ifPresent(entry -> {
            Outcome outcome = entry.opensWith(mine.secret()) ? Outcome.ENROLLED : Outcome.TAKEN;
            var unused = mine.outcome().complete(outcome);
        });
    }

    /** A record of {@code enrolment-refusals}, by whichever gateway it was wished. */
    public void refused(ConsumerRecord<byte[], byte[]> record) {
        Waiting mine =
                waiting.get(Json.read(record.value(), EnrolmentRefusal.class).deviceId());
        if (mine != null) {
            var unused = mine.outcome().complete(Outcome.TAKEN);
        }
    }

    /** Devices that wait to be entered. */
    public int size() {
        return waiting.size();
    }
}
