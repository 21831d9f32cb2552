package io.millrace.schemas;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * A device as {@code device-registry} has it. A tombstone (null value) means that the device was deleted.
 *
 * @param attributes values that rules can read as {@code device.name}: text, number or bool
 * @param config desired configuration, sent to {@code devices/{id}/config}
 * @param secrets digests of the secrets that are valid now; more than one while a rotation overlaps
 * @param jwtKeys with which it signs its own tokens
 * @param certificateFingerprints SHA-256 in hex of the client certificates that it may show; empty for any of the CA
 * @param pskGeneration of the key that it has for TLS-PSK, absent if it has none; a new key is the next generation
 * @param anonymous whether it may come without showing anything, where a gateway lets such devices in: it was only seen when it was
 *     first changed, and has never had anything to show
 * @param revision rises with every change of the device
 */
public record DeviceRecord(
        DeviceId id,
        Optional<String> type,
        Map<String, String> labels,
        Map<String, JsonNode> attributes,
        Optional<JsonNode> config,
        List<SecretDigest> secrets,
        List<JwtKey> jwtKeys,
        List<String> certificateFingerprints,
        OptionalInt pskGeneration,

        @JsonInclude(JsonInclude.Include.NON_DEFAULT) @JsonSetter(nulls = Nulls.AS_EMPTY)
        boolean anonymous,

        boolean enabled,
        long revision,
        Instant updatedAt) {
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");

    @JsonCreator
    public DeviceRecord {
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        attributes = attributes == null ? Map.of() : Map.copyOf(attributes);
        secrets = secrets == null ? List.of() : List.copyOf(secrets);
        jwtKeys = jwtKeys == null ? List.of() : List.copyOf(jwtKeys);
        certificateFingerprints = certificateFingerprints == null ? List.of() : List.copyOf(certificateFingerprints);
        certificateFingerprints.forEach(DeviceRecord::checkFingerprint);
        pskGeneration = pskGeneration == null ? OptionalInt.empty() : pskGeneration;
        type = type == null ? Optional.empty() : type;
        // Jackson reads an absent Optional of a tree as one that holds JSON's null.
        config = config == null ? Optional.empty() : config.filter(tree -> !tree.isNull());
    }

    /** A device that must show something. */
    public DeviceRecord(
            DeviceId id,
            Optional<String> type,
            Map<String, String> labels,
            Map<String, JsonNode> attributes,
            Optional<JsonNode> config,
            List<SecretDigest> secrets,
            List<JwtKey> jwtKeys,
            List<String> certificateFingerprints,
            OptionalInt pskGeneration,
            boolean enabled,
            long revision,
            Instant updatedAt) {
        this(
                id,
                type,
                labels,
                attributes,
                config,
                secrets,
                jwtKeys,
                certificateFingerprints,
                pskGeneration,
                false,
                enabled,
                revision,
                updatedAt);
    }

    /** A device that has secrets and nothing else to show. */
    public DeviceRecord(
            DeviceId id,
            Optional<String> type,
            Map<String, String> labels,
            Map<String, JsonNode> attributes,
            Optional<JsonNode> config,
            List<SecretDigest> secrets,
            boolean enabled,
            long revision,
            Instant updatedAt) {
        this(
                id,
                type,
                labels,
                attributes,
                config,
                secrets,
                List.of(),
                List.of(),
                OptionalInt.empty(),
                enabled,
                revision,
                updatedAt);
    }

    private static void checkFingerprint(String fingerprint) {
        if (!FINGERPRINT.matcher(fingerprint).matches()) {
            throw new IllegalArgumentException(
                    "certificate fingerprint \"" + fingerprint + "\" (expected SHA-256 in 64 lower-case hex digits)");
        }
    }
}
