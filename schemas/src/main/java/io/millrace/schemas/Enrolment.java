package io.millrace.schemas;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A gateway's wish that a device be registered, on {@code device-enrolments}: command-service enters the device if there is
 * none of that id, and changes nothing if there is. One that was only seen counts as there for a provisioning key, not for a certificate.
 *
 * @param source what the gateway trusts the device for
 * @param secret digest of the secret that the device has or is about to get
 * @param keyId of the provisioning key that was shown
 * @param expiresAt after which it must not be followed any more: the device has been told that it failed
 */
public record Enrolment(
        DeviceId deviceId,
        Source source,
        Optional<SecretDigest> secret,
        Optional<String> keyId,
        Optional<String> type,
        Map<String, String> labels,
        int slot,
        Instant at,
        Instant expiresAt) {
    /** What a gateway trusts a new device for. */
    public enum Source {
        /** A provisioning key. */
        PROVISIONING_KEY,
        /** A client certificate of the CA. */
        CERTIFICATE;

        /** @throws IllegalArgumentException naming the value and what was expected */
        @JsonCreator
        public static Source parse(String text) {
            for (Source source : values()) {
                if (source.text().equals(text)) {
                    return source;
                }
            }
            throw new IllegalArgumentException("source \"" + text + "\" (expected provisioning-key or certificate)");
        }

        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public Enrolment {
        secret = secret == null ? Optional.empty() : secret;
        keyId = keyId == null ? Optional.empty() : keyId;
        type = type == null ? Optional.empty() : type;
        labels = labels == null ? Map.of() : Map.copyOf(labels);
    }

    public ProducerRecord<byte[], byte[]> toRecord(Topics topics) {
        return new ProducerRecord<>(topics.deviceEnrolments(), deviceId.key(), Json.write(this));
    }
}
