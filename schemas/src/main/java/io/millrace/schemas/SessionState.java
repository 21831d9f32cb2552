package io.millrace.schemas;

import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What of a device's MQTT session outlives its connection, as {@code device-session-state} has it: a record for each device
 * that asked for such a session (MQTT 3.1.1 clean session 0, MQTT 5 session expiry above 0). A tombstone, with its epoch in a
 * header, ends it. Of two records of a device the one with the higher epoch counts, whichever stands last.
 *
 * @param slot of the gateway that wrote it
 * @param epoch of the device's session on that gateway
 * @param at when it was written; if the device is not connected, when it left
 * @param expirySeconds how long the session is kept once the device has left
 * @param connected whether the device was connected then
 * @param subscriptions what the device subscribes to
 * @param received packet ids of QoS 2 messages from the device that it has not released [MQTT-4.3.3-10]
 * @param sent messages to the device that it has not finished [MQTT-4.4.0-1]
 */
public record SessionState(
        DeviceId deviceId,
        int slot,
        long epoch,
        Instant at,
        long expirySeconds,
        boolean connected,
        List<Subscription> subscriptions,
        List<Integer> received,
        List<Unfinished> sent) {
    /** @param filter without the {@code devices/{id}/} that all of them begin with */
    public record Subscription(String filter, int qos) {}

    /** @param released whether the device has answered with PUBREC, and PUBREL is what it waits for */
    public record Unfinished(int packetId, String commandId, int qos, boolean released) {}

    public SessionState {
        subscriptions = subscriptions == null ? List.of() : List.copyOf(subscriptions);
        received = received == null ? List.of() : List.copyOf(received);
        sent = sent == null ? List.of() : List.copyOf(sent);
    }

    public ProducerRecord<byte[], byte[]> toRecord(Topics topics) {
        return new ProducerRecord<>(topics.deviceSessionState(), deviceId.key(), Json.write(this));
    }

    /** Ends what sessions of that device up to that epoch have left. */
    public static ProducerRecord<byte[], byte[]> tombstone(Topics topics, DeviceId device, long epoch) {
        byte @Nullable [] none = null;
        var record = new ProducerRecord<byte[], byte[]>(topics.deviceSessionState(), device.key(), none);
        Headers.put(record.headers(), Headers.EPOCH, Long.toString(epoch));
        return record;
    }

    /** Of a tombstone. Without the header, as a person with a console producer writes it, it ends all. */
    public static long epochOfTombstone(ConsumerRecord<?, ?> record) {
        return Headers.text(record.headers(), Headers.EPOCH)
                .map(Long::parseLong)
                .orElse(Long.MAX_VALUE);
    }
}
