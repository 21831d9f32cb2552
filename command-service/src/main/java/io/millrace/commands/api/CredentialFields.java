package io.millrace.commands.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Json;
import io.millrace.schemas.JwtKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a device can show beside a secret, as a request gives it. */
final class CredentialFields {
    /** A gateway tries the keys in turn. */
    private static final int MAX_KEYS = 4;

    private static final int MAX_FINGERPRINTS = 8;
    private static final int MAX_KEY_ID = 256;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private CredentialFields() {}

    static Optional<List<JwtKey>> jwtKeys(DeviceBody body) {
        return body.any("jwtKeys").map(node -> {
            List<JwtKey> keys = new ArrayList<>();
            for (JsonNode element : array("jwtKeys", node, MAX_KEYS)) {
                keys.add(jwtKey("jwtKeys[" + keys.size() + "]", element));
            }
            return List.copyOf(keys);
        });
    }

    private static JwtKey jwtKey(String field, JsonNode node) {
        JwtKey key;
        try {
            key = Json.read(Json.write(node), JwtKey.class);
            var unused = key.key();
        } catch (IllegalArgumentException e) {
            throw Problem.field(
                    field,
                    String.valueOf(e.getMessage()),
                    "keyId (optional), algorithm ES256 or RS256, and publicKey, PEM of a P-256 or RSA key");
        }
        if (key.keyId().filter(id -> id.isEmpty() || id.length() > MAX_KEY_ID).isPresent()) {
            throw Problem.field(field + ".keyId", "its length", "1 to " + MAX_KEY_ID + " characters");
        }
        return key;
    }

    /** In any case, with colons or without, as tools print them. */
    static Optional<List<String>> certificateFingerprints(DeviceBody body) {
        return body.any("certificateFingerprints").map(node -> {
            List<String> fingerprints = new ArrayList<>();
            for (JsonNode element : array("certificateFingerprints", node, MAX_FINGERPRINTS)) {
                String hex = element.asText().replace(":", "").toLowerCase(Locale.ROOT);
                if (!SHA256.matcher(hex).matches()) {
                    throw Problem.field("certificateFingerprints", element.toString(), "SHA-256 in 64 hex digits");
                }
                fingerprints.add(hex);
            }
            return List.copyOf(fingerprints);
        });
    }

    private static JsonNode array(String field, JsonNode node, int most) {
        if (!node.isArray() || node.size() > most) {
            throw Problem.field(field, Body.kind(node), "an array of at most " + most);
        }
        return node;
    }
}
