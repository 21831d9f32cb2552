package io.millrace.schemas;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;

/**
 * A public key that a device signs its JSON Web Tokens with.
 *
 * @param keyId the {@code kid} that its tokens name; without one it is tried for every token of the device
 * @param algorithm the only one that its tokens may be signed with, whatever they say themselves
 * @param publicKey PEM, {@code -----BEGIN PUBLIC KEY-----} (SubjectPublicKeyInfo); P-256, or RSA of at least 2,048 bits
 */
public record JwtKey(Optional<String> keyId, Algorithm algorithm, String publicKey) {
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";
    private static final int EC_BITS = 256;
    private static final int MIN_RSA_BITS = 2_048;
    private static final int MAX_RSA_BITS = 8_192;

    /** What a token may be signed with. */
    public enum Algorithm {
        ES256("EC"),
        RS256("RSA");

        private final String keyType;

        Algorithm(String keyType) {
            this.keyType = keyType;
        }

        /** @throws IllegalArgumentException naming the value and what was expected */
        @JsonCreator
        public static Algorithm parse(String text) {
            for (Algorithm algorithm : values()) {
                if (algorithm.text().equals(text)) {
                    return algorithm;
                }
            }
            throw new IllegalArgumentException("algorithm \"" + text + "\" (expected ES256 or RS256)");
        }

        @JsonValue
        public String text() {
            return name();
        }

        /** @throws IllegalArgumentException if these bytes are no key of this algorithm, or one that is too weak */
        public PublicKey decode(byte[] encoded) {
            try {
                PublicKey key = KeyFactory.getInstance(keyType).generatePublic(new X509EncodedKeySpec(encoded));
                check(key);
                return key;
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException("public key (expected one for " + this + ")", e);
            }
        }

        /** Whether these bytes are a key of this algorithm, strong enough. */
        public boolean fits(byte[] encoded) {
            try {
                var unused = decode(encoded);
                return true;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        private static void check(PublicKey key) {
            if (key instanceof ECPublicKey curve) {
                int bits = curve.getParams().getOrder().bitLength();
                if (bits != EC_BITS) {
                    throw new IllegalArgumentException("public key of " + bits + " bits (expected P-256)");
                }
            } else if (key instanceof RSAPublicKey rsa) {
                int bits = rsa.getModulus().bitLength();
                if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
                    throw new IllegalArgumentException(
                            "public key of " + bits + " bits (expected " + MIN_RSA_BITS + " to " + MAX_RSA_BITS + ")");
                }
            }
        }
    }

    public JwtKey {
        keyId = keyId == null ? Optional.empty() : keyId;
        if (algorithm == null || publicKey == null) {
            throw new IllegalArgumentException("JWT key (expected algorithm and publicKey)");
        }
    }

    /**
     * The key, checked.
     *
     * @throws IllegalArgumentException if it is none for its algorithm, or too weak
     */
    public PublicKey key() {
        return algorithm.decode(encoded());
    }

    /**
     * SubjectPublicKeyInfo as it stands in the PEM, not yet checked.
     *
     * @throws IllegalArgumentException if it is no PEM of a public key
     */
    public byte[] encoded() {
        int begin = publicKey.indexOf(BEGIN);
        int end = publicKey.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("public key (expected " + BEGIN + " … " + END + ")");
        }
        return Base64.getMimeDecoder().decode(publicKey.substring(begin + BEGIN.length(), end));
    }
}
