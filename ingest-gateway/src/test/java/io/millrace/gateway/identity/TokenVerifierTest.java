package io.millrace.gateway.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.gateway.GatewayMetrics;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceRecord;
import io.millrace.schemas.Json;
import io.millrace.schemas.JwtKey;
import io.millrace.schemas.JwtKey.Algorithm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jose4j.base64url.Base64Url;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenVerifierTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final long SECONDS = NOW.getEpochSecond();
    private static final Signer OWN = new Signer(Algorithm.ES256);
    private static final Signer OWN_RSA = new Signer(Algorithm.RS256);
    private static final Signer ACME = new Signer(Algorithm.RS256);
    private static final Signer FORGER = new Signer(Algorithm.ES256);

    @TempDir
    Path folder;

    private DeviceTable devices;
    private FleetIssuers issuers;
    private TokenVerifier verifier;

    @BeforeEach
    void issuers() throws Exception {
        Files.writeString(folder.resolve("issuers.yaml"), "- issuer: acme\n  audience: millrace\n  keys: acme.pem\n");
        Files.writeString(folder.resolve("acme.pem"), ACME.pem());
        issuers = new FleetIssuers(
                Optional.of(folder.resolve("issuers.yaml")), new GatewayMetrics(new SimpleMeterRegistry()), () -> {});
        devices = new DeviceTable(issuers, id -> {}, id -> {});
        verifier = verifier(Optional.empty(), true);
        device("d1", OWN.key(Optional.of("k1")), OWN_RSA.key(Optional.empty()));
    }

    private TokenVerifier verifier(Optional<String> audience, boolean requireExpiry) {
        return new TokenVerifier(
                devices,
                issuers,
                new TokenVerifier.Demands(audience, requireExpiry, Duration.ofMinutes(1)),
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private void device(String id, JwtKey... keys) {
        DeviceRecord record = new DeviceRecord(
                new DeviceId(id),
                Optional.empty(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                List.of(),
                List.of(keys),
                List.of(),
                OptionalInt.empty(),
                true,
                1,
                NOW);
        devices.accept(new ConsumerRecord<>("r", 0, 0, id.getBytes(UTF_8), Json.write(record)));
    }

    private static String claims(String subject, long fromNow, String... more) {
        return "{\"sub\":\"" + subject + "\",\"exp\":" + (SECONDS + fromNow) + String.join("", more) + "}";
    }

    private Optional<String> subject(String token) {
        return verifier.verify(token, "").map(device -> device.id().value());
    }

    @Test
    void aDeviceIsWhoItsOwnKeySays() {
        assertThat(subject(OWN.sign(claims("d1", 60)))).contains("d1");
        assertThat(subject(OWN.sign(claims("d1", 60), "k1"))).contains("d1");
        assertThat(subject(OWN_RSA.sign(claims("d1", 60)))).contains("d1");
        assertThat(subject(OWN.sign(claims("d1", 60), "k2"))).isEmpty();
    }

    @Test
    void anotherKeyAnotherDeviceOrAChangedTokenIsNobody() {
        device("d2", FORGER.key(Optional.empty()));
        String good = OWN.sign(claims("d1", 60));
        assertThat(subject(FORGER.sign(claims("d1", 60)))).isEmpty();
        assertThat(subject(OWN.sign(claims("d2", 60)))).isEmpty();
        assertThat(subject(OWN.sign(claims("unknown", 60)))).isEmpty();
        String[] parts = good.split("\\.", -1);
        String other = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(claims("d1", 61).getBytes(UTF_8));
        assertThat(subject(parts[0] + "." + other + "." + parts[2])).isEmpty();
        assertThat(subject(parts[0] + "." + parts[1] + ".")).isEmpty();
    }

    /** The classics: no signature, and an HMAC keyed with the public key that everybody may know. */
    @Test
    void theAlgorithmIsTheKeysWhateverTheTokenSays() {
        String claims = claims("d1", 60);
        String header = Base64.getUrlEncoder().withoutPadding().encodeToString("{\"alg\":\"none\"}".getBytes(UTF_8));
        String body = Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(UTF_8));
        assertThat(subject(header + "." + body + ".")).isEmpty();
        for (byte[] shared : List.of(OWN_RSA.pem().getBytes(UTF_8), OWN_RSA.encoded())) {
            String token = Signer.sign(claims, "HS256", new SecretKeySpec(shared, "HmacSHA256"), Optional.empty());
            assertThat(subject(token)).isEmpty();
        }
    }

    @Test
    void aTokenIsGoodFromItsBeginningToItsEndAndALittleLonger() {
        assertThat(subject(OWN.sign(claims("d1", -59)))).contains("d1");
        assertThat(subject(OWN.sign(claims("d1", -61)))).isEmpty();
        assertThat(subject(OWN.sign(claims("d1", 600, ",\"nbf\":" + (SECONDS + 59)))))
                .contains("d1");
        assertThat(subject(OWN.sign(claims("d1", 600, ",\"nbf\":" + (SECONDS + 61)))))
                .isEmpty();
    }

    @Test
    void anEndIsNeededUnlessItIsNotAskedForAndMayBeFar() {
        String endless = OWN.sign("{\"sub\":\"d1\"}");
        assertThat(subject(endless)).isEmpty();
        verifier = verifier(Optional.empty(), false);
        assertThat(verifier.verify(endless, "")).hasValueSatisfying(device -> assertThat(device.credential())
                .isInstanceOfSatisfying(
                        Credential.Jwt.class, jwt -> assertThat(jwt.expiresAt()).isEqualTo(Instant.MAX)));
        assertThat(subject(OWN.sign("{\"sub\":\"d1\",\"exp\":9999999999999999}")))
                .contains("d1");
        assertThat(subject(OWN.sign("{\"sub\":\"d1\",\"exp\":-99999999999999}")))
                .isEmpty();
    }

    @Test
    void anIssuersTokenIsGoodForAnyDeviceThatItNames() {
        String audience = ",\"iss\":\"acme\",\"aud\":[\"x\",\"millrace\"]";
        assertThat(subject(ACME.sign(claims("never-seen", 60, audience)))).contains("never-seen");
        assertThat(subject(ACME.sign(claims("d1", 60, audience)))).contains("d1");
        assertThat(subject(ACME.sign(claims("d1", 60, ",\"iss\":\"acme\",\"aud\":\"other\""))))
                .isEmpty();
        assertThat(subject(ACME.sign(claims("d1", 60, ",\"iss\":\"acme\"")))).isEmpty();
        assertThat(subject(ACME.sign(claims("d1", 60)))).isEmpty();
        assertThat(subject(OWN.sign(claims("d1", 60, audience)))).isEmpty();
        assertThat(subject(ACME.sign(claims("a/b", 60, audience)))).isEmpty();
    }

    @Test
    void aTokenWithoutSubjectIsThatOfTheDeviceItselfNeverOfAnIssuer() {
        String own = OWN.sign("{\"exp\":" + (SECONDS + 60) + "}");
        assertThat(verifier.verify(own, "d1")).isPresent();
        assertThat(verifier.verify(own, "")).isEmpty();
        String issued = ACME.sign("{\"iss\":\"acme\",\"aud\":\"millrace\",\"exp\":" + (SECONDS + 60) + "}");
        assertThat(verifier.verify(issued, "d1")).isEmpty();
    }

    @Test
    void ownTokensMustBeMeantForUsIfThatIsAsked() {
        verifier = verifier(Optional.of("millrace"), true);
        assertThat(subject(OWN.sign(claims("d1", 60)))).isEmpty();
        assertThat(subject(OWN.sign(claims("d1", 60, ",\"aud\":\"millrace\"")))).contains("d1");
    }

    @Test
    void aTokenTooLongIsNotLookedAt() {
        assertThat(subject(OWN.sign(claims("d1", 60, ",\"x\":\"" + "x".repeat(4_000) + "\""))))
                .isEmpty();
    }

    @Test
    void whoItClaimsToBeIsWhatItSaysAndOnlyElseTheNameBesideIt() {
        assertThat(TokenVerifier.claimed(OWN.sign(claims("d1", 60, "")), "d2")).isEqualTo("d1");
        assertThat(TokenVerifier.claimed(OWN.sign("{}"), "d2")).isEqualTo("d2");
        assertThat(TokenVerifier.claimed(OWN.sign("{\"sub\":\"not/a/device\"}"), "d2"))
                .isEqualTo("d2");
        assertThat(TokenVerifier.claimed("eyJ.x.y", "d2")).isEqualTo("d2");
    }

    /** Time must not tell which devices there are: what is counted is what takes the time. */
    @Test
    void aTokenOfAnUnknownDeviceCostsWhatOneOfAKnownDeviceCosts() {
        device("secret-only");
        device("other-key", OWN_RSA.key(Optional.empty()));
        device("other-id", OWN.key(Optional.of("k7")));
        for (String name : List.of("d1", "unknown", "secret-only", "other-key", "other-id")) {
            assertThat(signaturesFor(FORGER.sign(claims(name, 60), "k1")))
                    .as(name)
                    .isEqualTo(1);
            assertThat(signaturesFor(ACME.sign(claims(name, 60)))).as(name).isEqualTo(1);
            assertThat(signaturesFor(FORGER.sign(claims(name, -3600)))).as(name).isZero();
        }
    }

    private int signaturesFor(String forged) {
        AtomicInteger looked = new AtomicInteger();
        Signatures counting = new Signatures() {
            @Override
            boolean isBy(TokenKey key, JsonWebSignature token) throws JoseException {
                looked.incrementAndGet();
                return super.isBy(key, token);
            }
        };
        var demands = new TokenVerifier.Demands(Optional.empty(), true, Duration.ZERO);
        var counted = new TokenVerifier(devices, issuers, demands, counting, Clock.fixed(NOW, ZoneOffset.UTC));
        assertThat(counted.verify(forged, "")).isEmpty();
        return looked.get();
    }

    private static byte[] bytes(String base64) {
        return new Base64Url().base64UrlDecode(base64);
    }

    @Test
    void garbageIsNobodyAndNoBug() {
        String good = OWN.sign(claims("d1", 60, ",\"aud\":\"a\""));
        Random random = new Random(7);
        for (int i = 0; i < 1_000; i++) {
            char[] changed = good.toCharArray();
            for (int n = random.nextInt(4); n >= 0; n--) {
                changed[random.nextInt(changed.length)] = (char) (32 + random.nextInt(200));
            }
            String token = new String(changed);
            // What is signed counts by its text, the signature by its bytes, which Base64 can write in several ways.
            int signature = good.lastIndexOf('.') + 1;
            boolean same = token.regionMatches(0, good, 0, signature)
                    && Arrays.equals(bytes(token.substring(signature)), bytes(good.substring(signature)));
            assertThat(verifier.verify(token, "d1").isPresent() && !same)
                    .as(token)
                    .isFalse();
        }
        for (String payload : List.of("[]", "1", "null", "{\"sub\":1}", "{\"sub\":\"d1\",\"exp\":\"soon\"}", "{", "")) {
            assertThat(subject(OWN.sign(payload))).as(payload).isEmpty();
        }
    }
}
