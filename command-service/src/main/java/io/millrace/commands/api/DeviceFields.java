package io.millrace.commands.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.registry.DeviceRegistry;
import io.millrace.commands.store.Credentials;
import io.millrace.commands.store.Device;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.JwtKey;
import io.millrace.schemas.SecretDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What a request, or a line of an import, says of a device; every field that cannot be used is a {@link Problem}. */
record DeviceFields(
        DeviceBody body,
        Optional<String> type,
        Optional<Map<String, String>> labels,
        Optional<Map<String, JsonNode>> attributes,
        Optional<JsonNode> config,
        Optional<List<JwtKey>> jwtKeys,
        Optional<List<String>> fingerprints,
        Optional<Boolean> enabled,
        Optional<String> secret) {
    private static final String ID_EXPECTED = "1 to 256 characters of letters, digits and . _ : -";
    private static final int MAX_TYPE = 128;
    private static final int MAX_SECRET = 256;
    private static final int MIN_SECRET = 8;
    /** What stands beside {@code /devices/{id}}. */
    private static final Set<String> RESERVED = Set.of("export", "import", "republish");

    /** Of a device that is there already. */
    static Problem taken(String id) {
        return Problem.conflict("device-exists", "id", id, "device \"" + id + "\" is registered already", "another id");
    }

    /** Of a device to enter. */
    static DeviceId id(DeviceBody body) {
        String id =
                body.text("id", 1, DeviceId.MAX_LENGTH).orElseThrow(() -> Problem.field("id", "missing", ID_EXPECTED));
        if (!DeviceId.isValid(id)) {
            throw Problem.field("id", "\"" + id + "\"", ID_EXPECTED);
        }
        if (RESERVED.contains(id)) {
            throw Problem.field(
                    "id",
                    "\"" + id + "\"",
                    "another one: /devices/" + id + " is a call of its own, so nobody could read it");
        }
        return new DeviceId(id);
    }

    /** All that can be said when a device is entered. */
    static DeviceFields whole(DeviceBody body) {
        return new DeviceFields(
                body,
                body.text("type", 1, MAX_TYPE),
                body.labels("labels"),
                body.attributes("attributes"),
                body.object("config"),
                CredentialFields.jwtKeys(body),
                CredentialFields.certificateFingerprints(body),
                body.flag("enabled"),
                body.text("secret", MIN_SECRET, MAX_SECRET));
    }

    /** What can be changed in one go: not the configuration and the secret, which have calls of their own. */
    static DeviceFields patch(DeviceBody body) {
        return new DeviceFields(
                body,
                body.text("type", 1, MAX_TYPE),
                body.labels("labels"),
                body.attributes("attributes"),
                Optional.empty(),
                CredentialFields.jwtKeys(body),
                CredentialFields.certificateFingerprints(body),
                body.flag("enabled"),
                Optional.empty());
    }

    DeviceRegistry.Entry entry(DeviceId id) {
        return new DeviceRegistry.Entry(
                id,
                type,
                labels.orElse(Map.of()),
                attributes.orElse(Map.of()),
                config,
                secret,
                jwtKeys.orElse(List.of()),
                fingerprints.orElse(List.of()));
    }

    /** Fields that are there replace, null clears, the others leave alone. */
    UnaryOperator<Device> change() {
        return device -> new Device(
                device.id(),
                device.registered(),
                body.has("type") ? type : device.type(),
                body.has("labels") ? labels.orElse(Map.of()) : device.labels(),
                body.has("attributes") ? attributes.orElse(Map.of()) : device.attributes(),
                body.has("config") ? config : device.config(),
                changed(device.credentials()),
                device.anonymous(),
                enabled.orElse(device.enabled()),
                device.revision(),
                device.createdAt(),
                device.updatedAt());
    }

    /**
     * Null leaves none, as an empty array does. Without a fingerprint any certificate of the CA would open, so the last ones are not
     * taken away: who does it wants to lock one out. A secret that is good already stays as it is, and its connection, too.
     */
    private Credentials changed(Credentials before) {
        Credentials after = body.has("jwtKeys") ? before.withJwtKeys(jwtKeys.orElse(List.of())) : before;
        if (body.has("certificateFingerprints")) {
            if (fingerprints.orElse(List.of()).isEmpty()
                    && !before.certificateFingerprints().isEmpty()) {
                throw Problem.of(
                        409,
                        "last-fingerprint",
                        "certificateFingerprints: none left, so any certificate of the CA would open (expected the"
                                + " fingerprint of another certificate; to lock the device out, enabled: false)");
            }
            after = after.withCertificateFingerprints(fingerprints.orElse(List.of()));
        }
        if (secret.isPresent() && !isOnlySecret(secret.get(), before)) {
            after = after.withSecret(SecretDigest.of(secret.get()));
        }
        return after;
    }

    private static boolean isOnlySecret(String secret, Credentials before) {
        return before.secrets().size() == 1 && before.secrets().get(0).matches(secret);
    }
}
