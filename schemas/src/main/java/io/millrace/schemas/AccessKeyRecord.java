package io.millrace.schemas;

import java.time.Instant;
import java.util.Optional;

/**
 * A key of a person or program as {@code access-keys} has it; a tombstone means that it was revoked. Over MQTT the name is the
 * user name and the key the password.
 *
 * @param name unique, 1 to 64 characters
 * @param digest of the whole key as it was shown once
 */
public record AccessKeyRecord(
        String id, String name, Role role, SecretDigest digest, boolean enabled, Optional<Instant> expiresAt) {
    public AccessKeyRecord {
        expiresAt = expiresAt == null ? Optional.empty() : expiresAt;
    }
}
