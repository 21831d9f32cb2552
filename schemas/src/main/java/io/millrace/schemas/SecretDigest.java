package io.millrace.schemas;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * A salted SHA-256 of a secret, written {@code sha256:salt:hash} in unpadded URL-safe Base64. Fast on purpose: the gateway
 * checks 10,000 of them a second, and the secrets are random and long, so there is nothing to guess slowly. For passwords that
 * people choose use a password hash instead.
 */
public final class SecretDigest {
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final String SCHEME = "sha256:";
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Salt, then hash: one array, for a gateway holds one of these for every device of the fleet. */
    private final byte[] saltAndHash;

    private SecretDigest(byte[] saltAndHash) {
        this.saltAndHash = saltAndHash;
    }

    public static SecretDigest of(String secret) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        byte[] both = Arrays.copyOf(salt, SALT_BYTES + HASH_BYTES);
        System.arraycopy(hash(salt, secret), 0, both, SALT_BYTES, HASH_BYTES);
        return new SecretDigest(both);
    }

    /** A new random secret of 160 bits, in characters that survive command lines, URLs and firmware headers. */
    public static String newSecret() {
        byte[] bytes = new byte[20];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(bytes)
                .replace('-', 'x')
                .replace('_', 'y');
    }

    /** @throws IllegalArgumentException if the text is not {@code sha256:salt:hash} */
    @JsonCreator
    public static SecretDigest parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3 || !text.startsWith(SCHEME)) {
            throw new IllegalArgumentException("secret digest (expected sha256:salt:hash)");
        }
        byte[] salt = Base64.getUrlDecoder().decode(parts[1]);
        byte[] hash = Base64.getUrlDecoder().decode(parts[2]);
        if (salt.length != SALT_BYTES || hash.length != HASH_BYTES) {
            throw new IllegalArgumentException("secret digest (expected 16 bytes of salt and 32 of hash, got "
                    + salt.length + " and " + hash.length + ")");
        }
        byte[] both = Arrays.copyOf(salt, SALT_BYTES + HASH_BYTES);
        System.arraycopy(hash, 0, both, SALT_BYTES, HASH_BYTES);
        return new SecretDigest(both);
    }

    /** Whether this is the digest of that secret; takes the same time for every wrong one. */
    public boolean matches(String secret) {
        byte[] expected = Arrays.copyOfRange(saltAndHash, SALT_BYTES, saltAndHash.length);
        return MessageDigest.isEqual(expected, hash(saltAndHash, secret));
    }

    /** The salt is the first {@link #SALT_BYTES} of the array. */
    private static byte[] hash(byte[] salt, String secret) {
        MessageDigest sha = sha256();
        sha.update(salt, 0, SALT_BYTES);
        return sha.digest(secret.getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @JsonValue
    public String text() {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return SCHEME
                + base64.encodeToString(Arrays.copyOf(saltAndHash, SALT_BYTES))
                + ":"
                + base64.encodeToString(Arrays.copyOfRange(saltAndHash, SALT_BYTES, saltAndHash.length));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SecretDigest digest && MessageDigest.isEqual(saltAndHash, digest.saltAndHash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(saltAndHash);
    }

    /** Digests are no secrets, but they are not for logs either. */
    @Override
    public String toString() {
        return "SecretDigest";
    }
}
