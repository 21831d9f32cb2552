package io.millrace.commands.store;

import io.millrace.schemas.JwtKey;
import io.millrace.schemas.SecretDigest;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a device can show a gateway; see {@link io.millrace.schemas.DeviceRecord}. Nothing here lets anybody in: digests, public
 * keys, fingerprints and a number.
 */
public record Credentials(
        List<SecretDigest> secrets,
        List<JwtKey> jwtKeys,
        List<String> certificateFingerprints,
        OptionalInt pskGeneration) {
    public static final Credentials NONE = new Credentials(List.of(), List.of(), List.of(), OptionalInt.empty());

    public Credentials {
        secrets = List.copyOf(secrets);
        jwtKeys = List.copyOf(jwtKeys);
        certificateFingerprints = List.copyOf(certificateFingerprints);
    }

    /** In place of all secrets before. */
    public Credentials withSecret(SecretDigest digest) {
        return new Credentials(List.of(digest), jwtKeys, certificateFingerprints, pskGeneration);
    }

    public Credentials withJwtKeys(List<JwtKey> keys) {
        return new Credentials(secrets, keys, certificateFingerprints, pskGeneration);
    }

    public Credentials withCertificateFingerprints(List<String> fingerprints) {
        return new Credentials(secrets, jwtKeys, fingerprints, pskGeneration);
    }

    public Credentials withPskGeneration(OptionalInt generation) {
        return new Credentials(secrets, jwtKeys, certificateFingerprints, generation);
    }
}
