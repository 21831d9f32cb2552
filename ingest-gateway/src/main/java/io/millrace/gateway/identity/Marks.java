package io.millrace.gateway.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import org.bouncycastle.crypto.macs.SipHash;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * A number in place of an address and a name from it: SipHash of 64 bits with a key that is drawn when the process starts. So
 * nobody can look for names that share a number with another's, nor for many that crowd one place of a table. Any thread.
 */
final class Marks {
    private static final int KEY_BYTES = 16;

    private final KeyParameter key;

    Marks() {
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        key = new KeyParameter(random);
    }

    /** Never 0. */
    long of(String address, String name) {
        SipHash hash = new SipHash();
        hash.init(key);
        byte[] first = address.getBytes(UTF_8);
        hash.update(first, 0, first.length);
        // No address has it.
        hash.update((byte) 0);
        byte[] second = name.getBytes(UTF_8);
        hash.update(second, 0, second.length);
        long mark = hash.doFinal();
        return mark == 0 ? 1 : mark;
    }
}
