package io.millrace.gateway.identity;

import io.millrace.schemas.JwtKey;
import io.millrace.schemas.JwtKey.Algorithm;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/** Who makes tokens: a device with a key of its own, an issuer, or a forger. */
public final class Signer {
    private final Algorithm algorithm;
    private final KeyPair pair;

    public Signer(Algorithm algorithm) {
        this.algorithm = algorithm;
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm == Algorithm.ES256 ? "EC" : "RSA");
            generator.initialize(algorithm == Algorithm.ES256 ? 256 : 2048);
            pair = generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    public String pem() {
        String base64 = Base64.getMimeEncoder().encodeToString(encoded());
        return "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
    }

    byte[] encoded() {
        return pair.getPublic().getEncoded();
    }

    public JwtKey key(Optional<String> keyId) {
        return new JwtKey(keyId, algorithm, pem());
    }

    /** @param claims JSON */
    public String sign(String claims) {
        return sign(claims, algorithm.text(), pair.getPrivate(), Optional.empty());
    }

    public String sign(String claims, String keyId) {
        return sign(claims, algorithm.text(), pair.getPrivate(), Optional.of(keyId));
    }

    static String sign(String claims, String algorithm, Key key, Optional<String> keyId) {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        jws.setDoKeyValidation(false);
        jws.setPayload(claims);
        jws.setAlgorithmHeaderValue(algorithm);
        keyId.ifPresent(jws::setKeyIdHeaderValue);
        jws.setKey(key);
        try {
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }
}
