package io.millrace.commands.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Role;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.security.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OidcTest {
    private static final String ISSUER = "https://login.example.org";

    private final Vertx vertx = Vertx.vertx();
    private final HandClock clock = new HandClock(Instant.now());
    private final PublicJsonWebKey key = key();
    private final List<JsonWebKey> published = new ArrayList<>(List.of(key));
    private final Oidc oidc = new Oidc(
            new OidcConfig(
                    URI.create(ISSUER),
                    List.of("millrace"),
                    "name",
                    "role",
                    Map.of("staff", Role.VIEWER),
                    Optional.empty()),
            new IssuerKeys(() -> Future.succeededFuture(List.copyOf(published)), clock),
            new SlowWork(vertx, "oidc", 4),
            clock);

    private static PublicJsonWebKey key() {
        try {
            PublicJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
            key.setKeyId("k");
            return key;
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void close() {
        assertThat(vertx.close().toCompletionStage().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void aTokenThatWasFoundGoodIsNotCheckedAgainAndGoodNoLongerThanItSays() throws Exception {
        String token = token(Duration.ofHours(1));
        assertThat(verify(token)).map(Principal::name).contains("oidc:ada");

        clock.forward(Duration.ofMinutes(11));
        published.clear();
        assertThat(verify(token)).as("without a key to check it by").isPresent();
        clock.forward(Duration.ofHours(1));
        assertThat(verify(token)).as("after its end").isEmpty();
    }

    @Test
    void oneWithAnotherSignatureIsRefusedBesideTheGoodOne() throws Exception {
        String token = token(Duration.ofHours(1));
        assertThat(verify(token)).isPresent();
        int end = token.lastIndexOf('.') + 1;
        String other = token.substring(0, end) + (token.charAt(end) == 'A' ? 'B' : 'A') + token.substring(end + 1);

        assertThat(verify(other)).isEmpty();
        assertThat(verify(token)).isPresent();
    }

    @Test
    void signaturesAreNotCheckedOnTheEventLoopWhichGetsTheOutcome() throws Exception {
        Context loop = vertx.getOrCreateContext();
        List<Boolean> atOnce = new ArrayList<>();
        // Another thread may be done before this one looks, but not each time.
        for (int n = 1; n <= 20; n++) {
            String token = token(Duration.ofMinutes(60 + n));
            CompletableFuture<Context> toldOn = new CompletableFuture<>();
            CompletableFuture<Boolean> complete = new CompletableFuture<>();
            loop.runOnContext(begun -> {
                Future<Optional<Principal>> found = oidc.verify(token);
                complete.complete(found.isComplete());
                found.onComplete(done -> toldOn.complete(Vertx.currentContext()));
            });
            assertThat(toldOn.get(20, TimeUnit.SECONDS)).isSameAs(loop);
            atOnce.add(complete.get(20, TimeUnit.SECONDS));
        }
        assertThat(atOnce).contains(false);
    }

    private Optional<Principal> verify(String token) throws Exception {
        return oidc.verify(token).toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private String token(Duration good) throws JoseException {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setAudience("millrace");
        claims.setSubject("1");
        claims.setStringClaim("name", "ada");
        claims.setStringClaim("role", "staff");
        claims.setExpirationTime(
                NumericDate.fromSeconds(clock.instant().plus(good).getEpochSecond()));
        JsonWebSignature jws = new JsonWebSignature();
        jws.setPayload(claims.toJson());
        Key secret = key.getPrivateKey();
        jws.setKey(secret);
        jws.setKeyIdHeaderValue("k");
        jws.setAlgorithmHeaderValue("ES256");
        return jws.getCompactSerialization();
    }
}
