package io.millrace.gateway.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.schemas.JwtKey;
import io.millrace.schemas.JwtKey.Algorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The file that names the fleet's issuers, a YAML list of {@code issuer}, {@code audience} (optional) and {@code keys}: a file
 * beside it with public keys in PEM, or a JWKS (RFC 7517), of which the signing keys for ES256 and RS256 are taken.
 */
final class IssuersFile {
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----", Pattern.DOTALL);
    private static final Set<String> KNOWN = Set.of("issuer", "audience", "keys");

    private final Path file;

    IssuersFile(Path file) {
        this.file = file;
    }

    /**
     * By name.
     *
     * @throws IOException if a file cannot be read
     * @throws IllegalArgumentException if one says something else than expected; the message says which and what
     */
    Map<String, FleetIssuer> read() throws IOException {
        Object root;
        try {
            root = new Load(LoadSettings.builder().setLabel(file.toString()).build())
                    .loadFromString(Files.readString(file));
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException(file + ": not YAML: " + e.getMessage(), e);
        }
        if (!(root instanceof List<?> entries)) {
            throw new IllegalArgumentException(file + ": expected a list of issuers");
        }
        Map<String, FleetIssuer> issuers = new LinkedHashMap<>();
        for (Object entry : entries) {
            FleetIssuer issuer = issuer(entry);
            if (issuers.put(issuer.name(), issuer) != null) {
                throw new IllegalArgumentException(file + ": issuer \"" + issuer.name() + "\" stands here twice");
            }
        }
        return issuers;
    }

    private FleetIssuer issuer(Object entry) throws IOException {
        if (!(entry instanceof Map<?, ?> fields) || !KNOWN.containsAll(fields.keySet())) {
            throw new IllegalArgumentException(file + ": " + entry + " (expected issuer, audience and keys)");
        }
        String name = text(fields, "issuer")
                .orElseThrow(() -> new IllegalArgumentException(file + ": " + entry + " (expected an issuer)"));
        Path keys = file.resolveSibling(text(fields, "keys")
                .orElseThrow(() -> new IllegalArgumentException(
                        file + ": issuer \"" + name + "\" (expected keys, the name of a file)")));
        return new FleetIssuer(name, text(fields, "audience"), keys(keys));
    }

    private Optional<String> text(Map<?, ?> fields, String field) {
        Object value = fields.get(field);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text && !text.isEmpty()) {
            return Optional.of(text);
        }
        throw new IllegalArgumentException(file + ": " + field + ": " + value + " (expected text)");
    }

    private static List<TokenKey> keys(Path path) throws IOException {
        String text = Files.readString(path, US_ASCII);
        List<TokenKey> keys = text.stripLeading().startsWith("{") ? jwks(path, text) : pem(path, text);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException(path + ": no key (expected a P-256 or RSA public key, PEM or JWKS)");
        }
        return keys;
    }

    private static List<TokenKey> pem(Path path, String text) {
        List<TokenKey> keys = new ArrayList<>();
        Matcher blocks = PEM.matcher(text);
        while (blocks.find()) {
            byte[] encoded = new JwtKey(Optional.empty(), Algorithm.ES256, blocks.group()).encoded();
            keys.add(TokenKey.of(Optional.empty(), algorithm(path, encoded), encoded));
        }
        return keys;
    }

    private static Algorithm algorithm(Path path, byte[] encoded) {
        for (Algorithm algorithm : Algorithm.values()) {
            if (algorithm.fits(encoded)) {
                return algorithm;
            }
        }
        throw new IllegalArgumentException(path + ": a key that is neither P-256 nor RSA of at least 2048 bits");
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
        } catch (JoseException e) {
            throw new IllegalArgumentException(path + ": not a JWKS: " + e.getMessage(), e);
        }
        return keys;
    }
}
