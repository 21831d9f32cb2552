package io.millrace.commands.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** What memory keeps of a bearer instead of the bearer itself: SHA-256, short however long a token is. */
final class Fingerprint {
    private Fingerprint() {}

    static String of(String bearer) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bearer.getBytes(UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
