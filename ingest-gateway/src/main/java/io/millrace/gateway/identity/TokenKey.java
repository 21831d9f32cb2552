package io.millrace.gateway.identity;

import io.millrace.schemas.JwtKey;
import io.millrace.schemas.JwtKey.Algorithm;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A public key that tokens are signed with, of a device or of an issuer.
 *
 * @param encoded SubjectPublicKeyInfo: decoded when a token is looked at, for that costs little beside the signature, and a
 *     decoded key takes ten times the memory
 * @param fingerprint SHA-256 of that, in hex
 */
record TokenKey(Optional<String> keyId, Algorithm algorithm, byte[] encoded, String fingerprint) {
    static TokenKey of(JwtKey key) {
        return of(key.keyId(), key.algorithm(), key.encoded());
    }

    static TokenKey of(Optional<String> keyId, Algorithm algorithm, byte[] encoded) {
        try {
            byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(encoded);
            return new TokenKey(keyId, algorithm, encoded, HexFormat.of().formatHex(sha256));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** @param named the token's {@code kid}, null if it has none; it and its {@code alg} only choose the key, and rule nothing */
    boolean mayHaveSigned(String algorithmNamed, @Nullable String named) {
        return algorithm.text().equals(algorithmNamed)
                && (named == null || keyId.map(named::equals).orElse(true));
    }
}
