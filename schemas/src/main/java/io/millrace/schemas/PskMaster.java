package io.millrace.schemas;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key from which the TLS-PSK keys of all devices are derived, so that none of them is stored anywhere: a device's key is
 * HMAC-SHA256 of {@code millrace-psk|id|generation}. Who has the master has all of them.
 */
public final class PskMaster {
    private static final String HMAC = "HmacSHA256";
    private static final int MIN_BYTES = 32;

    private final SecretKeySpec master;

    private PskMaster(byte[] master) {
        this.master = new SecretKeySpec(master, HMAC);
    }

    /**
     * @param hex at least 32 bytes, as {@code openssl rand -hex 32} writes them
     * @throws IllegalArgumentException saying what was expected, never the value
     */
    public static PskMaster parse(String hex) {
        byte[] bytes;
        try {
            bytes = HexFormat.of().parseHex(hex.strip());
        } catch (IllegalArgumentException e) {
            // Without its cause, which quotes a part of the key.
            throw new IllegalArgumentException("PSK master key (expected hex digits)");
        }
        if (bytes.length < MIN_BYTES) {
            throw new IllegalArgumentException("PSK master key of " + bytes.length + " bytes (expected at least 32)");
        }
        return new PskMaster(bytes);
    }

    /** The device's key: 32 bytes. */
    public byte[] key(DeviceId device, int generation) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(master);
            return mac.doFinal(("millrace-psk|" + device.value() + "|" + generation).getBytes(US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
        }
    }

    /** Never the key. */
    @Override
    public String toString() {
        return "PskMaster";
    }
}
