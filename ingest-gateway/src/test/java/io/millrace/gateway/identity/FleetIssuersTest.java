package io.millrace.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.gateway.GatewayMetrics;
import io.millrace.runtime.process.StartException;
import io.millrace.schemas.JwtKey.Algorithm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetIssuersTest {
    private static final Signer CURVE = new Signer(Algorithm.ES256);
    private static final Signer RSA = new Signer(Algorithm.RS256);

    @TempDir
    Path folder;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final GatewayMetrics metrics = new GatewayMetrics(registry);

    private Path write(String yaml) throws Exception {
        return Files.writeString(folder.resolve("issuers.yaml"), yaml);
    }

    private static Credential.Jwt by(String issuer, Signer signer) {
        TokenKey key = TokenKey.of(signer.key(Optional.empty()));
        return new Credential.Jwt(Optional.of(issuer), key.fingerprint(), Instant.MAX);
    }

    @Test
    void keysComeFromPemAndJwks() throws Exception {
        JsonWebKey jwk = JsonWebKey.Factory.newJwk(RSA.key(Optional.empty()).key());
        jwk.setKeyId("k9");
        Files.writeString(folder.resolve("b.json"), new JsonWebKeySet(jwk).toJson(OutputControlLevel.PUBLIC_ONLY));
        Files.writeString(folder.resolve("a.pem"), CURVE.pem() + "\n" + RSA.pem());
        Path file = write("- issuer: a\n  keys: a.pem\n- {issuer: b, audience: x, keys: b.json}\n");
        try (FleetIssuers issuers = new FleetIssuers(Optional.of(file), metrics, () -> {})) {
            assertThat(issuers.trusts(by("a", CURVE))).isTrue();
            assertThat(issuers.trusts(by("a", RSA))).isTrue();
            assertThat(issuers.trusts(by("b", RSA))).isTrue();
            assertThat(issuers.trusts(by("b", CURVE))).isFalse();
            assertThat(issuers.find("b").orElseThrow().keys().get(0).keyId()).contains("k9");
            assertThat(issuers.find("b").orElseThrow().audience()).contains("x");
        }
    }

    private double reloads(String outcome) {
        return registry.get("gateway.identity.issuers.reloads")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    @Test
    void whoIsTakenOutIsTrustedNoMoreAndAFileThatIsBrokenChangesNothing() throws Exception {
        Files.writeString(folder.resolve("a.pem"), CURVE.pem());
        Path file = write("- {issuer: a, keys: a.pem}");
        AtomicInteger changes = new AtomicInteger();
        try (FleetIssuers issuers = new FleetIssuers(Optional.of(file), metrics, changes::incrementAndGet)) {
            issuers.start();
            Files.writeString(folder.resolve("a.pem"), RSA.pem());
            await().until(() -> issuers.trusts(by("a", RSA)));
            assertThat(issuers.trusts(by("a", CURVE))).isFalse();
            await().until(() -> changes.get() == 1);
            Path unused = write("- {issuer: a, keys: nowhere.pem}");
            await().until(() -> reloads("failed") == 1);
            assertThat(issuers.trusts(by("a", RSA))).isTrue();
            unused = write("[]");
            await().until(() -> !issuers.trusts(by("a", RSA)));
            await().until(() -> changes.get() == 2);
            assertThat(reloads("done")).isEqualTo(2);
        }
    }

    /** Cut after its first line, this file parses: who reads it then would take b for taken out. */
    @Test
    void aFileThatIsBeingWrittenIsNotBelievedUntilItHasStoodStill() throws Exception {
        Files.writeString(folder.resolve("a.pem"), CURVE.pem());
        String first = "- {issuer: a, keys: a.pem}\n";
        Path file = write(first + "- {issuer: b, keys: a.pem}\n");
        AtomicInteger changes = new AtomicInteger();
        try (FleetIssuers issuers = new FleetIssuers(Optional.of(file), metrics, changes::incrementAndGet)) {
            Path unused = write(first);
            issuers.look();
            assertThat(issuers.trusts(by("b", CURVE))).isTrue();
            unused = write(first + "- {issuer: b, keys: a.pem}\n- {issuer: c, keys: a.pem}\n");
            issuers.look();
            assertThat(changes).hasValue(0);
            issuers.look();
            assertThat(changes).hasValue(1);
            assertThat(issuers.trusts(by("c", CURVE))).isTrue();
        }
    }

    @Test
    void aBrokenFileIsToldOnceAndThoseBeforeStayInForce() throws Exception {
        Files.writeString(folder.resolve("a.pem"), CURVE.pem());
        Path file = write("- {issuer: a, keys: a.pem}");
        try (FleetIssuers issuers = new FleetIssuers(Optional.of(file), metrics, () -> {})) {
            Path unused = Files.writeString(
                    folder.resolve("a.pem"), CURVE.pem() + RSA.pem().substring(0, 90));
            for (int i = 0; i < 4; i++) {
                issuers.look();
            }
            assertThat(reloads("failed")).isEqualTo(1);
            assertThat(issuers.trusts(by("a", CURVE))).isTrue();
        }
    }

    @Test
    void aBrokenFileSaysWhereWhatAndWhatWasExpected() throws Exception {
        Files.writeString(folder.resolve("none.pem"), "nothing");
        Files.writeString(
                folder.resolve("half.pem"),
                "# two keys\n" + CURVE.pem() + RSA.pem().substring(0, 90));
        Files.writeString(folder.resolve("torn.pem"), "-----BEGIN PUBLIC KEY-----\nA\n-----END PUBLIC KEY-----\n");
        Files.writeString(folder.resolve("odd.json"), "{\"keys\":5}");
        assertRefused("- {issuer: a}", "issuers.yaml:1:3: issuer \"a\" (expected keys, the name of a file)");
        assertRefused("- keys: none.pem", "issuers.yaml:1:3: an issuer without a name (expected issuer)");
        assertRefused("issuer: a", "issuers.yaml:1:1: no list (expected a list of issuers)");
        assertRefused("", "issuers.yaml:1:1: nothing (expected a list of issuers, [] for none)");
        assertRefused("- {issuer: a, keys", "issuers.yaml:1:");
        assertRefused("- {issuer: a, keys: none.pem}", "none.pem:1: no key (expected a P-256 or RSA public key");
        assertRefused(
                "- {issuer: a, keys: half.pem}",
                "half.pem:6: a key without an end (expected -----END PUBLIC KEY-----)");
        assertRefused("- {issuer: a, keys: torn.pem}", "torn.pem:1: ");
        assertRefused("- {issuer: a, keys: odd.json}", "odd.json:1: ");
        assertRefused("- {issuer: a, keys: gone.pem}", "gone.pem: cannot be read (no such file)");
        assertRefused(
                "\n- issuer: a\n  key: none.pem", "issuers.yaml:3:3: \"key\" (expected issuer, keys or audience)");
        assertRefused("- issuer: a\n  keys: [x]", "issuers.yaml:2:9: keys (expected text)");
    }

    private void assertRefused(String yaml, String message) throws Exception {
        Optional<Path> file = Optional.of(write(yaml));
        assertThatThrownBy(() -> new FleetIssuers(file, metrics, () -> {}).close())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("identity.jwt.issuers-file")
                .hasMessageContaining(message);
    }
}
