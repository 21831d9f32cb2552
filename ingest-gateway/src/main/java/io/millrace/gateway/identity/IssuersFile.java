package io.millrace.gateway.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The file that names the fleet's issuers, and the files of their keys beside it: public keys in PEM, or a JWKS (RFC 7517), of
 * which the signing keys for ES256 and RS256 are taken.
 */
final class IssuersFile {
    /**
     * What one look has found: two that have seen the same bytes found the same.
     *
     * @param seen SHA-256 of all that was read
     * @param issuers by name; none if there is a problem
     * @param problem which file, where, what it says and what was expected
     */
    record Look(byte[] seen, Map<String, FleetIssuer> issuers, Optional<String> problem) {
        boolean isSameAs(Look other) {
            return Arrays.equals(seen, other.seen);
        }
    }

    private final Path file;

    IssuersFile(Path file) {
        this.file = file;
    }

    Look look() {
        MessageDigest seen = sha256();
        try {
            Map<String, FleetIssuer> issuers = new LinkedHashMap<>();
            for (IssuersYaml.Entry entry : IssuersYaml.parse(file, read(file, seen))) {
                Path keys = file.resolveSibling(entry.keys());
                FleetIssuer issuer =
                        new FleetIssuer(entry.issuer(), entry.audience(), IssuerKeys.parse(keys, read(keys, seen)));
                if (issuers.put(issuer.name(), issuer) != null) {
                    throw new IllegalArgumentException(entry.place() + ": issuer \"" + issuer.name()
                            + "\" stands here twice (expected each once)");
                }
            }
            return new Look(seen.digest(), Map.copyOf(issuers), Optional.empty());
        } catch (IllegalArgumentException e) {
            return new Look(seen.digest(), Map.of(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    /** A file that cannot be read is a thing seen, too. */
    private static byte[] read(Path path, MessageDigest seen) {
        try {
            byte[] content = Files.readAllBytes(path);
            seen.update((byte) 1);
            seen.update(sha256().digest(content));
            return content;
        } catch (IOException e) {
            seen.update((byte) 0);
            String why = e instanceof NoSuchFileException
                    ? "no such file"
                    : e.getClass().getSimpleName();
            throw new IllegalArgumentException(path + ": cannot be read (" + why + ")", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
