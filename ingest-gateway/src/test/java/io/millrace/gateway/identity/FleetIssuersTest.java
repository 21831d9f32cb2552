package io.millrace.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

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
        try (FleetIssuers issuers = new FleetIssuers(Optional.of(file), () -> {})) {
            assertThat(issuers.trusts(by("a", CURVE))).isTrue();
            assertThat(issuers.trusts(by("a", RSA))).isTrue();
            assertThat(issuers.trusts(by("b", RSA))).isTrue();
            assertThat(issuers.trusts(by("b", CURVE))).isFalse();
            assertThat(issuers.find("b").orElseThrow().keys().get(0).keyId()).contains("k9");
            assertThat(issuers.find("b").orElseThrow().audience()).contains("x");
        }
    }

    @Test
    void whoIsTakenOutIsTrustedNoMoreAndAFileThatIsBrokenChangesNothing() throws Exception {
        Files.writeString(folder.resolve("a.pem"), CURVE.pem());
        Path file = write("- {issuer: a, keys: a.pem}");
        AtomicInteger changes = new AtomicInteger();
        try (FleetIssuers issuers = new FleetIssuers(Optional.of(file), changes::incrementAndGet)) {
            issuers.start();
            Files.writeString(folder.resolve("a.pem"), RSA.pem());
            await().until(() -> issuers.trusts(by("a", RSA)));
            assertThat(issuers.trusts(by("a", CURVE))).isFalse();
            await().until(() -> changes.get() == 1);
            Path unused = write("- {issuer: a, keys: nowhere.pem}");
            assertThat(issuers.trusts(by("a", RSA))).isTrue();
            unused = write("[]");
            await().until(() -> !issuers.trusts(by("a", RSA)));
            await().until(() -> changes.get() == 2);
        }
    }

    @Test
    void aBrokenFileAtStartSaysWhatIsWrong() throws Exception {
        Files.writeString(folder.resolve("none.pem"), "nothing");
        assertRefused("- {issuer: a}", "issuer \"a\" (expected keys");
        assertRefused("issuer: a", "expected a list of issuers");
        assertRefused("- {issuer: a, keys: none.pem}", "no key (expected a P-256 or RSA public key");
        assertRefused("- {issuer: a, keys: gone.pem}", "gone.pem");
        assertRefused("- {issuer: a, key: none.pem}", "expected issuer, audience and keys");
    }

    private void assertRefused(String yaml, String message) throws Exception {
        Optional<Path> file = Optional.of(write(yaml));
        assertThatThrownBy(() -> new FleetIssuers(file, () -> {}).close())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("identity.jwt.issuers-file")
                .hasMessageContaining(message);
    }
}
