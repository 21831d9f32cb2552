package io.millrace.gateway.identity;

import io.millrace.schemas.DeviceRecord;
import io.millrace.schemas.Json;
import io.millrace.schemas.SecretDigest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway knows of a device: kept small, for there is one for each device of the fleet. Most have one secret and
 * nothing else, and pay for nothing else. Immutable.
 */
public final class DeviceEntry {
    /** What most devices lack. */
    private record Extra(
            List<SecretDigest> moreSecrets,
            byte @Nullable [] config,
            List<TokenKey> tokenKeys,
            List<String> fingerprints,
            OptionalInt pskGeneration) {
        static @Nullable Extra of(DeviceRecord record) {
            List<SecretDigest> secrets = record.secrets();
            boolean none = secrets.size() <= 1
                    && record.config().isEmpty()
                    && record.jwtKeys().isEmpty()
                    && record.certificateFingerprints().isEmpty()
                    && record.pskGeneration().isEmpty();
            return none
                    ? null
                    : new Extra(
                            secrets.size() <= 1 ? List.of() : secrets.subList(1, secrets.size()),
                            record.config().map(Json::write).orElse(null),
                            record.jwtKeys().stream().map(TokenKey::of).toList(),
                            record.certificateFingerprints(),
                            record.pskGeneration());
        }
    }

    private final @Nullable SecretDigest secret;
    private final @Nullable Extra extra;
    private final boolean anonymous;
    private final boolean enabled;

    DeviceEntry(DeviceRecord record) {
        secret = record.secrets().isEmpty() ? null : record.secrets().get(0);
        extra = Extra.of(record);
        anonymous = record.anonymous() && !hasCredential();
        enabled = record.enabled();
    }

    public boolean enabled() {
        return enabled;
    }

    /** The digest that this secret has. Each is tried, so that time does not tell which it was. */
    Optional<SecretDigest> match(String given) {
        SecretDigest first = secret;
        Optional<SecretDigest> found = first != null && first.matches(given) ? Optional.of(first) : Optional.empty();
        if (extra != null) {
            for (SecretDigest digest : extra.moreSecrets) {
                if (digest.matches(given)) {
                    found = Optional.of(digest);
                }
            }
        }
        return found;
    }

    /** Whether this secret would let the device in. */
    public boolean opensWith(String given) {
        return enabled && match(given).isPresent();
    }

    boolean hasSecret() {
        return secret != null;
    }

    /** Desired configuration, JSON. */
    public Optional<byte[]> config() {
        return extra == null || extra.config == null ? Optional.empty() : Optional.of(extra.config.clone());
    }

    /** With which it signs its own tokens. */
    List<TokenKey> tokenKeys() {
        return extra == null ? List.of() : extra.tokenKeys;
    }

    /** Absent if it has no key for TLS-PSK. */
    public OptionalInt pskGeneration() {
        return extra == null ? OptionalInt.empty() : extra.pskGeneration;
    }

    /** Whether this certificate, which the CA has signed for the device, is one that it may show. */
    public boolean allowsCertificate(String fingerprint) {
        return extra == null || extra.fingerprints.isEmpty() || extra.fingerprints.contains(fingerprint);
    }

    /** Whether its name alone may open; never for a device that has, or has ever had, anything to show. */
    boolean mayBeAnonymous() {
        return anonymous;
    }

    private boolean hasCredential() {
        return secret != null
                || extra != null
                        && !(extra.tokenKeys.isEmpty()
                                && extra.fingerprints.isEmpty()
                                && extra.pskGeneration.isEmpty());
    }

    boolean admits(Credential credential) {
        return enabled && holds(credential);
    }

    private boolean holds(Credential credential) {
        if (credential instanceof Credential.Secret shown) {
            return secret != null && secret.equals(shown.digest())
                    || extra != null && extra.moreSecrets.contains(shown.digest());
        } else if (credential instanceof Credential.Jwt jwt) {
            return jwt.issuer().isPresent()
                    || tokenKeys().stream().anyMatch(key -> key.fingerprint().equals(jwt.key()));
        } else if (credential instanceof Credential.Certificate certificate) {
            return allowsCertificate(certificate.fingerprint());
        } else if (credential instanceof Credential.Psk psk) {
            OptionalInt generation = pskGeneration();
            return generation.isPresent() && generation.getAsInt() == psk.generation();
        }
        return anonymous;
    }
}
