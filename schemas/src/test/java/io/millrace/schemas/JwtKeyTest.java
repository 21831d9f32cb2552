package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.JwtKey.Algorithm;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JwtKeyTest {
    private static PublicKey newKey(String type, int bits) throws NoSuchAlgorithmException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
        generator.initialize(bits);
        return generator.generateKeyPair().getPublic();
    }

    private static JwtKey key(Algorithm algorithm, PublicKey key) {
        String base64 = Base64.getMimeEncoder().encodeToString(key.getEncoded());
        return new JwtKey(
                Optional.empty(), algorithm, "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n");
    }

    @Test
    void aKeyIsReadFromItsPem() throws Exception {
        PublicKey curve = newKey("EC", 256);
        PublicKey rsa = newKey("RSA", 2048);
        assertThat(key(Algorithm.ES256, curve).key()).isEqualTo(curve);
        assertThat(key(Algorithm.RS256, rsa).key()).isEqualTo(rsa);
    }

    @Test
    void aKeyOfAnotherAlgorithmOrTooWeakIsNone() throws Exception {
        PublicKey curve = newKey("EC", 256);
        assertThatThrownBy(() -> key(Algorithm.RS256, curve).key()).hasMessageContaining("RS256");
        PublicKey wide = newKey("EC", 384);
        assertThatThrownBy(() -> key(Algorithm.ES256, wide).key()).hasMessageContaining("384 bits");
        PublicKey weak = newKey("RSA", 1024);
        assertThatThrownBy(() -> key(Algorithm.RS256, weak).key()).hasMessageContaining("1024 bits");
    }

    @Test
    void whatIsNoPemSaysWhatWasExpected() {
        JwtKey none = new JwtKey(Optional.empty(), Algorithm.ES256, "MFkw");
        assertThatThrownBy(none::key).hasMessageContaining("BEGIN PUBLIC KEY");
        JwtKey broken = new JwtKey(
                Optional.empty(), Algorithm.ES256, "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n");
        assertThatThrownBy(broken::key).hasMessageContaining("ES256");
    }
}
