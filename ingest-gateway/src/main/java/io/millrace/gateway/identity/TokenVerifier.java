package io.millrace.gateway.identity;

import io.millrace.schemas.DeviceId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * Decides whose a JSON Web Token is: signed by the key of a fleet's issuer, or by the device's own. The algorithm is that of
 * the registered key, whatever the token says: {@code none} and HMAC are no keys' algorithms, so no token can have them.
 * Nothing is remembered. Any thread.
 */
public final class TokenVerifier {
    /** More than any token of a board; a packet may be larger, and a long token would cost time before it is refused. */
    private static final int MAX_LENGTH = 4_096;
    /** Keys without a {@code kid} are tried in turn. */
    private static final int MOST_TRIED = 4;
    /** Later than this is never: the end of the year 9999. */
    private static final long NEVER = 253_402_300_799L;

    /**
     * What a token must say.
     *
     * @param audience that tokens signed by devices themselves must be meant for, if it is set
     * @param requireExpiry whether a token without {@code exp} is refused
     * @param clockSkew by which other clocks may differ from ours
     */
    public record Demands(Optional<String> audience, boolean requireExpiry, Duration clockSkew) {}

    private final DeviceTable devices;
    private final FleetIssuers issuers;
    private final Demands demands;
    private final Signatures signatures;
    private final Clock clock;

    public TokenVerifier(DeviceTable devices, FleetIssuers issuers, Demands demands, Clock clock) {
        this(devices, issuers, demands, new Signatures(), clock);
    }

    TokenVerifier(DeviceTable devices, FleetIssuers issuers, Demands demands, Signatures signatures, Clock clock) {
        this.devices = devices;
        this.issuers = issuers;
        this.demands = demands;
        this.signatures = signatures;
        this.clock = clock;
    }

    /** Whether a password is meant as a token: three parts, the first the beginning of a JSON object in Base64. */
    static boolean isToken(String password) {
        int first = password.indexOf('.');
        int second = password.indexOf('.', first + 1);
        return password.startsWith("eyJ") && first > 0 && second > first && password.indexOf('.', second + 1) < 0;
    }

    /** Whose the token says it is, which nobody has verified; {@code named} if it does not say, or is none. */
    static String claimed(String token, String named) {
        if (token.length() > MAX_LENGTH) {
            return named;
        }
        try {
            JsonWebSignature jws = new JsonWebSignature();
            jws.setCompactSerialization(token);
            String subject = JwtClaims.parse(jws.getUnverifiedPayload()).getSubject();
            return subject != null && DeviceId.isValid(subject) ? subject : named;
        } catch (JoseException | InvalidJwtException | MalformedClaimException | IllegalArgumentException e) {
            return named;
        }
    }

    /**
     * The device whose valid token this is; empty for every other.
     *
     * @param named the device that the client says it is: asked only if the token names none
     */
    Optional<Identity.Device> verify(String token, String named) {
        if (token.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            JsonWebSignature jws = new JsonWebSignature();
            jws.setCompactSerialization(token);
            JwtClaims claims = JwtClaims.parse(jws.getUnverifiedPayload());
            String subject = claims.getSubject() == null ? named : claims.getSubject();
            if (!DeviceId.isValid(subject)) {
                return Optional.empty();
            }
            Optional<FleetIssuer> issuer = issuers.find(claims.getIssuer());
            if (issuer.isPresent() && claims.getSubject() == null) {
                // Else one token would open for every device.
                return Optional.empty();
            }
            Optional<Instant> end =
                    end(claims, issuer.isPresent() ? issuer.get().audience() : demands.audience());
            if (end.isEmpty()) {
                return Optional.empty();
            }
            List<TokenKey> keys = issuer.map(FleetIssuer::keys)
                    .orElseGet(() ->
                            devices.find(subject).map(DeviceEntry::tokenKeys).orElse(List.of()));
            return signer(jws, keys)
                    .map(key -> new Identity.Device(
                            new DeviceId(subject),
                            new Credential.Jwt(issuer.map(FleetIssuer::name), key.fingerprint(), end.get())));
        } catch (JoseException | InvalidJwtException | MalformedClaimException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** When the token is over; empty if it is already, is not yet valid, or is meant for somebody else. */
    private Optional<Instant> end(JwtClaims claims, Optional<String> audience) throws MalformedClaimException {
        Instant now = clock.instant();
        NumericDate expires = claims.getExpirationTime();
        NumericDate begins = claims.getNotBefore();
        boolean meant = audience.isEmpty()
                || claims.hasAudience() && claims.getAudience().contains(audience.get());
        if (!meant || expires == null && demands.requireExpiry()) {
            return Optional.empty();
        }
        Instant end = expires == null ? Instant.MAX : later(expires, demands.clockSkew());
        boolean begun =
                begins == null || !later(begins, demands.clockSkew().negated()).isAfter(now);
        return begun && now.isBefore(end) ? Optional.of(end) : Optional.empty();
    }

    private static Instant later(NumericDate date, Duration by) {
        long seconds = date.getValue();
        if (seconds >= NEVER) {
            return Instant.MAX;
        }
        return Instant.ofEpochSecond(Math.max(0, seconds)).plus(by);
    }

    /**
     * Costs one signature at least, whether there is a key or not: else time would tell which devices there are. Only a device that has
     * several keys, between which the token does not choose, costs more.
     */
    private Optional<TokenKey> signer(JsonWebSignature jws, List<TokenKey> keys) throws JoseException {
        @Nullable String algorithm = jws.getAlgorithmHeaderValue();
        @Nullable String keyId = jws.getKeyIdHeaderValue();
        if (algorithm == null) {
            return Optional.empty();
        }
        int tried = 0;
        for (TokenKey key : keys) {
            if (tried < MOST_TRIED && key.mayHaveSigned(algorithm, keyId)) {
                tried++;
                if (signatures.isBy(key, jws)) {
                    return Optional.of(key);
                }
            }
        }
        if (tried == 0) {
            signatures.spend(algorithm, jws);
        }
        return Optional.empty();
    }
}
