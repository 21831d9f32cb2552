package io.millrace.schemas;

import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The wish that a device be sent a command: a record of {@code commands}. The value is the payload, byte for byte as it goes
 * to the device; all else stands in headers. The same id means the same command, however often the record comes.
 *
 * @param commandId at most 64 characters; from a rule a hash of rule, device and cause, so that a replay gives the same
 * @param rule {@code group/name}, for those from rules
 * @param revision hash of the rule set
 * @param cause {@code telemetry/partition/offset} of the reading, or the timer's deadline
 * @param user name of the user or key that asked
 * @param qos 0, 1 or 2, the most for the delivery to the device
 * @param chain how many commands caused each other up to this one
 * @param attempt how often it was sent before because it showed no effect; another attempt has another id
 */
public record CommandRequest(
        String commandId,
        DeviceId deviceId,
        byte[] payload,
        Optional<String> contentType,
        Origin origin,
        Optional<String> rule,
        Optional<String> revision,
        Optional<String> cause,
        Optional<String> user,
        int qos,
        int chain,
        int attempt,
        Instant createdAt,
        Instant expiresAt) {
    public static final int MAX_ID_LENGTH = 64;

    /** Who wished it. */
    public enum Origin {
        RULE,
        API,
        OPERATOR;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A first attempt. */
    public CommandRequest(
            String commandId,
            DeviceId deviceId,
            byte[] payload,
            Optional<String> contentType,
            Origin origin,
            Optional<String> rule,
            Optional<String> revision,
            Optional<String> cause,
            Optional<String> user,
            int qos,
            int chain,
            Instant createdAt,
            Instant expiresAt) {
        this(
                commandId,
                deviceId,
                payload,
                contentType,
                origin,
                rule,
                revision,
                cause,
                user,
                qos,
                chain,
                0,
                createdAt,
                expiresAt);
    }

    public CommandRequest {
        if (commandId.isEmpty() || commandId.length() > MAX_ID_LENGTH) {
            throw new IllegalArgumentException(
                    "command id \"" + commandId + "\" (expected 1 to " + MAX_ID_LENGTH + " characters)");
        }
        if (qos < 0 || qos > 2) {
            throw new IllegalArgumentException("qos " + qos + " of a command (expected 0, 1 or 2)");
        }
    }

    public ProducerRecord<byte[], byte[]> toRecord(Topics topics) {
        var record = new ProducerRecord<>(topics.commands(), deviceId.key(), payload);
        var headers = record.headers();
        Headers.put(headers, Headers.COMMAND_ID, commandId);
        Headers.put(headers, Headers.ORIGIN, origin.text());
        Headers.put(headers, Headers.CONTENT_TYPE, contentType);
        Headers.put(headers, Headers.RULE, rule);
        Headers.put(headers, Headers.REVISION, revision);
        Headers.put(headers, Headers.CAUSE, cause);
        Headers.put(headers, Headers.USER, user);
        Headers.put(headers, Headers.QOS, Integer.toString(qos));
        Headers.put(headers, Headers.CHAIN, Integer.toString(chain));
        Headers.put(headers, Headers.ATTEMPT, Integer.toString(attempt));
        Headers.put(headers, Headers.CREATED_AT, createdAt.toString());
        Headers.put(headers, Headers.EXPIRES_AT, expiresAt.toString());
        return record;
    }

    /** @throws RuntimeException if the record is none of ours; the message names the header */
    public static CommandRequest of(ConsumerRecord<byte[], byte[]> record) {
        var headers = record.headers();
        return new CommandRequest(
                Headers.require(headers, Headers.COMMAND_ID),
                DeviceId.ofKey(record.key()),
                record.value() == null ? new byte[0] : record.value(),
                Headers.text(headers, Headers.CONTENT_TYPE),
                Origin.valueOf(Headers.require(headers, Headers.ORIGIN).toUpperCase(Locale.ROOT)),
                Headers.text(headers, Headers.RULE),
                Headers.text(headers, Headers.REVISION),
                Headers.text(headers, Headers.CAUSE),
                Headers.text(headers, Headers.USER),
                Integer.parseInt(Headers.text(headers, Headers.QOS).orElse("1")),
                Integer.parseInt(Headers.text(headers, Headers.CHAIN).orElse("0")),
                Integer.parseInt(Headers.text(headers, Headers.ATTEMPT).orElse("0")),
                Instant.parse(Headers.require(headers, Headers.CREATED_AT)),
                Instant.parse(Headers.require(headers, Headers.EXPIRES_AT)));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CommandRequest that
                && commandId.equals(that.commandId)
                && deviceId.equals(that.deviceId)
                && Arrays.equals(payload, that.payload)
                && createdAt.equals(that.createdAt)
                && expiresAt.equals(that.expiresAt);
    }

    @Override
    public int hashCode() {
        return commandId.hashCode();
    }

    /** Without the payload, which is not for logs. */
    @Override
    public String toString() {
        return "command " + commandId + " to " + deviceId + " (" + payload.length + " bytes)";
    }
}
