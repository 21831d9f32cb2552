package io.millrace.commands.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.schemas.Json;
import io.millrace.schemas.Role;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.Key;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * People whom an OpenID Connect issuer knows: its tokens are accepted (RS256, ES256), and one of their claims says the role. What a token
 * says counts until it expires; the issuer, not Millrace, can end it before. Signatures are checked on threads of their own, and a token that
 * was found good is not checked again for {@link #REMEMBERED}. Any thread.
 */
public final class Oidc {
    private static final Logger log = LoggerFactory.getLogger(Oidc.class);
    private static final AlgorithmConstraints ALGORITHMS = new AlgorithmConstraints(
            AlgorithmConstraints.ConstraintType.PERMIT,
            AlgorithmIdentifiers.RSA_USING_SHA256,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
    private static final int MAX_LENGTH = 16_384;
    private static final int LONGEST_NAME = 250;
    /** No user and no key can have a colon in its name, so nobody of the issuer can be taken for one of them. */
    private static final String PREFIX = "oidc:";

    private static final int CLOCK_SKEW_SECONDS = 30;

    private static final int MOST_REMEMBERED = 10_000;
    /** A key that the issuer withdraws is good for no longer than it would be anyway ({@link IssuerKeys}). */
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    private static final int MOST_WAITING = 256;

    private final OidcConfig config;
    private final IssuerKeys keys;
    private final SlowWork work;
    private final Clock clock;
    private final Cache<String, Believed> believed = Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .expireAfterWrite(REMEMBERED)
            .build();

    Oidc(OidcConfig config, IssuerKeys keys, SlowWork work, Clock clock) {
        this.config = config;
        this.keys = keys;
        this.work = work;
        this.clock = clock;
    }

    /** What a token has said, once its signature was found good. */
    private record Believed(Principal principal, Instant until) {}

    public static Oidc of(Vertx vertx, OidcConfig config, Clock clock) {
        return new Oidc(
                config,
                new IssuerKeys(new IssuerDocuments(vertx, config)::keys, clock),
                new SlowWork(vertx, "oidc", MOST_WAITING),
                clock);
    }

    /** Empty if it is no valid token of the issuer, or gives no role. Fails with {@link IssuerAway} or {@link SlowWork.Busy}. */
    public Future<Optional<Principal>> verify(String token) {
        if (token.length() > MAX_LENGTH || !token.startsWith("eyJ")) {
            return Future.succeededFuture(Optional.empty());
        }
        String print = Fingerprint.of(token);
        Believed before = believed.getIfPresent(print);
        if (before != null) {
            return Future.succeededFuture(
                    clock.instant().isBefore(before.until()) ? Optional.of(before.principal()) : Optional.empty());
        }
        try {
            JsonWebSignature jws = new JsonWebSignature();
            jws.setAlgorithmConstraints(ALGORITHMS);
            jws.setCompactSerialization(token);
            String keyType = jws.getAlgorithm().getKeyType();
            return keys.find(Optional.ofNullable(jws.getKeyIdHeaderValue()), keyType)
                    .compose(key -> key.isEmpty()
                            ? Future.succeededFuture(Oidc.<Believed>refused("no key of that id and kind"))
                            : work.run(() -> believed(token, key.get())))
                    .map(found -> found.map(now -> {
                        believed.put(print, now);
                        return now.principal();
                    }));
        } catch (JoseException e) {
            return Future.succeededFuture(refused(e.getMessage()));
        }
    }

    private Optional<Believed> believed(String token, Key key) {
        try {
            JwtClaims claims = new JwtConsumerBuilder()
                    .setJwsAlgorithmConstraints(ALGORITHMS)
                    .setVerificationKey(key)
                    .setExpectedIssuer(config.issuer().toString())
                    .setExpectedAudience(config.audiences().toArray(String[]::new))
                    .setRequireExpirationTime()
                    .setRequireSubject()
                    .setAllowedClockSkewInSeconds(CLOCK_SKEW_SECONDS)
                    .setEvaluationTime(
                            NumericDate.fromMilliseconds(clock.instant().toEpochMilli()))
                    .build()
                    .processToClaims(token);
            JsonNode all = Json.read(claims.toJson().getBytes(UTF_8), JsonNode.class);
            String name = name(all, claims.getSubject());
            Instant until =
                    Instant.ofEpochSecond(claims.getExpirationTime().getValue()).plusSeconds(CLOCK_SKEW_SECONDS);
            return role(all)
                    .map(role -> new Believed(new Principal(Principal.Kind.OIDC, name, role), until))
                    .or(() -> refused("no role for " + name + " in " + config.roleClaim()));
        } catch (InvalidJwtException e) {
            return refused(e.getErrorDetails().toString());
        } catch (MalformedClaimException e) {
            return refused(e.getMessage());
        }
    }

    /** Whoever sets up an issuer finds here why it is not believed. */
    private static <T> Optional<T> refused(@Nullable String reason) {
        log.atDebug().addKeyValue("reason", String.valueOf(reason)).log("token of the OpenID Connect issuer refused");
        return Optional.empty();
    }

    private String name(JsonNode claims, String subject) {
        String given = claims.path(config.nameClaim()).asText("");
        String name = given.isEmpty() ? subject : given;
        String plain = name.replaceAll("\\p{Cntrl}", " ");
        return PREFIX + (plain.length() <= LONGEST_NAME ? plain : plain.substring(0, LONGEST_NAME));
    }

    /** The greatest of those that are given. */
    private Optional<Role> role(JsonNode claims) {
        JsonNode whole = claims.path(config.roleClaim());
        JsonNode claim =
                whole.isMissingNode() ? claims.at("/" + config.roleClaim().replace('.', '/')) : whole;
        List<String> values = new ArrayList<>();
        if (claim.isArray()) {
            claim.forEach(value -> values.add(value.asText()));
        } else {
            values.addAll(List.of(claim.asText("").split(" ")));
        }
        return values.stream()
                .flatMap(value -> Optional.ofNullable(config.roles().get(value)).stream())
                .max(Role::compareTo);
    }
}
