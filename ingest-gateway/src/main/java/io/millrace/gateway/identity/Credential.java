package io.millrace.gateway.identity;

import io.millrace.schemas.SecretDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * With what a device has shown who it is: enough to say later whether it would still be let in, and nothing that would let
 * anybody in.
 */
public sealed interface Credential {
    /** Whether its time is over: then it opens nothing any more, and what it has opened ends. */
    default boolean isOver(Clock clock) {
        Instant end = expiresAt();
        return end != Instant.MAX && !clock.instant().isBefore(end);
    }

    /** {@link Instant#MAX} if its time is never over. */
    default Instant expiresAt() {
        return Instant.MAX;
    }

    /** Nothing: an anonymous device. */
    record None() implements Credential {
        public static final None IT = new None();
    }

    /** @param digest that its secret matched */
    record Secret(SecretDigest digest) implements Credential {}

    /**
     * @param issuer the fleet's issuer that signed the token; absent if the device's own key did
     * @param key SHA-256 of the public key, in hex
     * @param expiresAt the leave for other clocks included; {@link Instant#MAX} for a token that does not expire
     */
    record Jwt(Optional<String> issuer, String key, Instant expiresAt) implements Credential {}

    /**
     * @param fingerprint SHA-256 of the client certificate, in lower-case hex
     * @param expiresAt the certificate's end
     */
    record Certificate(String fingerprint, Instant expiresAt) implements Credential {}

    /** @param generation of the key that TLS-PSK was done with */
    record Psk(int generation) implements Credential {}
}
