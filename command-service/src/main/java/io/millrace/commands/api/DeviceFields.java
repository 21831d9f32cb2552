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
        Body body,
        Optional<String> type,
        Optional<Map<String, String>> labels,
        Optional<Map<String, JsonNode>> attributes,
        Optional<JsonNode> config,
        Optional<List<JwtKey>> jwtKeys,
        Optional<List<String>> fingerprints,
        Optional<Boolean> enabled,
        Optional<String> secret) {
    private static final int MAX_TYPE = 128;
    private static final int MAX_SECRET = 256;
    private static final int MIN_SECRET = 8;
    /** What stands beside {@code /devices/{id}}. */
    private static final Set<String> RESERVED = Set.of("export", "import", "republish");

    /** Of a device to enter. */
    static DeviceId id(Body body) {
        String id = body.text("id", DeviceId.MAX_LENGTH);
        if (!DeviceId.isValid(id)) {
            throw Problem.field("id", "\"" + id + "\"", "1 to 256 characters of letters, digits and . _ : -");
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
    static DeviceFields whole(Body body) {
        return new DeviceFields(
                body,
                body.maybeText("type", MAX_TYPE),
                body.labels("labels"),
                body.attributes("attributes"),
                config(body),
                CredentialFields.jwtKeys(body),
                CredentialFields.certificateFingerprints(body),
                body.flag("enabled"),
                secret(body));
    }

    /** What can be changed in one go: not the configuration and the secret, which have calls of their own. */
    static DeviceFields patch(Body body) {
        return new DeviceFields(
                body,
                body.maybeText("type", MAX_TYPE),
                body.labels("labels"),
                body.attributes("attributes"),
                Optional.empty(),
                CredentialFields.jwtKeys(body),
                CredentialFields.certificateFingerprints(body),
                body.flag("enabled"),
                Optional.empty());
    }

    static Optional<String> secret(Body body) {
        Optional<String> secret = body.maybeText("secret", MAX_SECRET);
        if (secret.isPresent() && secret.get().length() < MIN_SECRET) {
            throw Problem.field(
                    "secret", secret.get().length() + " characters", MIN_SECRET + " to " + MAX_SECRET + " characters");
        }
        return secret;
    }

    private static Optional<JsonNode> config(Body body) {
        return body.any("config").map(node -> {
            if (!node.isObject()) {
                throw Problem.field("config", Body.kind(node), "an object");
            }
            return node;
        });
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
