package io.millrace.gateway.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.JwtKey;
import io.millrace.schemas.JwtKey.Algorithm;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;

/** The public keys of one issuer, from a file in PEM or a JWKS. A file that ends within a key has none that count. */
final class IssuerKeys {
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";

    private IssuerKeys() {}

    /** @throws IllegalArgumentException saying where, what, and what was expected */
    static List<TokenKey> parse(Path path, byte[] content) {
        String text = new String(content, UTF_8);
        List<TokenKey> keys = text.stripLeading().startsWith("{") ? jwks(path, text) : pem(path, text);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException(path + ":1: no key (expected a P-256 or RSA public key, PEM or JWKS)");
        }
        return keys;
    }

    private static List<TokenKey> pem(Path path, String text) {
        List<TokenKey> keys = new ArrayList<>();
        int begin = text.indexOf(BEGIN);
        while (begin >= 0) {
            int next = text.indexOf(BEGIN, begin + 1);
            int end = text.indexOf(END, begin);
            String place = path + ":" + (1 + text.substring(0, begin).lines().count());
            if (end < 0 || next >= 0 && next < end) {
                throw new IllegalArgumentException(place + ": a key without an end (expected " + END + ")");
            }
            keys.add(key(place, text.substring(begin, end + END.length())));
            begin = next;
        }
        return keys;
    }

    private static TokenKey key(String place, String block) {
        try {
            byte[] encoded = new JwtKey(Optional.empty(), Algorithm.ES256, block).encoded();
            for (Algorithm algorithm : Algorithm.values()) {
                if (algorithm.fits(encoded)) {
                    return TokenKey.of(Optional.empty(), algorithm, encoded);
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place + ": " + e.getMessage() + " (expected Base64)", e);
        }
        throw new IllegalArgumentException(
                place + ": another kind of key (expected P-256, or RSA of at least 2048 bits)");
    }

    private static List<TokenKey> jwks(Path path, String json) {
        List<TokenKey> keys = new ArrayList<>();
        try {
            for (JsonWebKey key : new JsonWebKeySet(json).getJsonWebKeys()) {
                if (key.getKey() instanceof PublicKey pub && !"enc".equals(key.getUse())) {
                    for (Algorithm algorithm : Algorithm.values()) {
                        boolean meant =
                                key.getAlgorithm() == null || key.getAlgorithm().equals(algorithm.text());
                        if (meant && algorithm.fits(pub.getEncoded())) {
                            keys.add(TokenKey.of(Optional.ofNullable(key.getKeyId()), algorithm, pub.getEncoded()));
                        }
                    }
                }
            }
        } catch (JoseException | ClassCastException e) {
            throw new IllegalArgumentException(path + ":1: " + e.getMessage() + " (expected a JWKS)", e);
        }
        return keys;
    }
}
