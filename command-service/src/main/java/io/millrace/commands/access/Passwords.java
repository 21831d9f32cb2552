package io.millrace.commands.access;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.nio.charset.StandardCharsets;

/** Passwords that people choose, by bcrypt. Slow on purpose (a quarter of a second): never on an event loop. */
public final class Passwords {
    private static final int COST = 12;
    /** bcrypt looks at no more. */
    public static final int MAX_BYTES = 71;

    public static final int MIN_LENGTH = 8;

    private Passwords() {}

    public static String hash(String password) {
        return BCrypt.withDefaults().hashToString(COST, password.toCharArray());
    }

    public static boolean matches(String password, String hash) {
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= MAX_BYTES
                && BCrypt.verifyer().verify(bytes, hash.getBytes(StandardCharsets.US_ASCII)).verified;
    }

    /** Takes as long as {@link #matches} for a user that is not there, so that nobody can tell. */
    public static void waste(String password) {
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_BYTES) {
            var unused = BCrypt.withDefaults().hash(COST, bytes);
        }
    }
}
