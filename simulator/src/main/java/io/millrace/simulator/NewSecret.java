package io.millrace.simulator;

import java.security.SecureRandom;
import java.util.Base64;

/** Secrets that simulated devices draw for themselves. */
final class NewSecret {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 18;

    private NewSecret() {}

    static String draw() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
