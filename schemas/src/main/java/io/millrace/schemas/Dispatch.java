package io.millrace.schemas;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway is to write to a device now: a record of {@code command-dispatch}, in the partition of the gateway's slot. It
 * holds only for the session with that epoch; a gateway whose session has another drops it.
 *
 * @param slot the gateway's, = the partition
 * @param epoch of the session for which it was dispatched
 * @param attempt 1 for the first time that this command is sent
 */
public record Dispatch(
        String commandId,
        DeviceId deviceId,
        int slot,
        long epoch,
        int attempt,
        byte[] payload,
        Optional<String> contentType,
        int qos,
        Instant expiresAt) {

    public ProducerRecord<byte[], byte[]> toRecord(Topics topics) {
        var record = new ProducerRecord<>(topics.commandDispatch(), slot, deviceId.key(), payload);
        var headers = record.headers();
        Headers.put(headers, Headers.COMMAND_ID, commandId);
        Headers.put(headers, Headers.EPOCH, Long.toString(epoch));
        Headers.put(headers, Headers.ATTEMPT, Integer.toString(attempt));
        Headers.put(headers, Headers.CONTENT_TYPE, contentType);
        Headers.put(headers, Headers.QOS, Integer.toString(qos));
        Headers.put(headers, Headers.EXPIRES_AT, expiresAt.toString());
        return record;
    }

    /** @throws RuntimeException if the record is none of ours; the message names the header */
    public static Dispatch of(ConsumerRecord<byte[], byte[]> record) {
        var headers = record.headers();
        return new Dispatch(
                Headers.require(headers, Headers.COMMAND_ID),
                DeviceId.ofKey(record.key()),
                record.partition(),
                Long.parseLong(Headers.require(headers, Headers.EPOCH)),
                Integer.parseInt(Headers.require(headers, Headers.ATTEMPT)),
                record.value() == null ? new byte[0] : record.value(),
                Headers.text(headers, Headers.CONTENT_TYPE),
                Integer.parseInt(Headers.text(headers, Headers.QOS).orElse("1")),
                Instant.parse(Headers.require(headers, Headers.EXPIRES_AT)));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Dispatch that
                && commandId.equals(that.commandId)
                && deviceId.equals(that.deviceId)
                && slot == that.slot
                && epoch == that.epoch
                && attempt == that.attempt
                && Arrays.equals(payload, that.payload);
    }

    @Override
    public int hashCode() {
        return 31 * commandId.hashCode() + attempt;
    }

    /** Without the payload, which is not for logs. */
    @Override
    public String toString() {
        return "command " + commandId + " to " + deviceId + " (slot " + slot + ", epoch " + epoch + ", attempt "
                + attempt + ")";
    }
}
