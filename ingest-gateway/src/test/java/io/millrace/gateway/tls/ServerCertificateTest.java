package io.millrace.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.gateway.TestCa;
import io.millrace.runtime.tls.BadCertificate;
import io.millrace.runtime.tls.CertificateFiles;
import io.millrace.runtime.tls.ServerCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may stand in the files, and what is said about the rest. */
class ServerCertificateTest {
    private static final TestCa CA = new TestCa("files");

    @TempDir
    private Path directory;

    private Path certificate = Path.of("");
    private Path key = Path.of("");

    @BeforeEach
    void files() {
        certificate = directory.resolve("tls.crt");
        key = directory.resolve("tls.key");
    }

    private ServerCertificate load() throws BadCertificate {
        CertificateFiles files = new CertificateFiles(certificate, key, Optional.empty());
        return ServerCertificate.of(files, files.read());
    }

    @Test
    void keysAreReadInAllFormsThatOpenSslWrites() throws Exception {
        for (String algorithm : new String[] {"EC", "RSA"}) {
            TestCa.Issued issued = CA.issue(algorithm, "gateway", Instant.now().plus(Duration.ofDays(1)));
            issued.writeTo(directory);
            assertThat(Files.readString(key)).contains("BEGIN " + algorithm + " PRIVATE KEY");
            assertThat(load().key()).isEqualTo(issued.key());
            Files.writeString(
                    key,
                    "-----BEGIN PRIVATE KEY-----\n"
                            + Base64.getMimeEncoder()
                                    .encodeToString(issued.key().getEncoded())
                            + "\n-----END PRIVATE KEY-----\n");
            assertThat(load().key()).isEqualTo(issued.key());
        }
    }

    /** OpenSSL writes the public key too. */
    @Test
    void anEcKeyMayHaveItsPublicKeyBesideIt() throws Exception {
        TestCa.Issued issued = CA.issue("gateway");
        issued.writeTo(directory);
        PrivateKeyInfo pkcs8 = PrivateKeyInfo.getInstance(issued.key().getEncoded());
        byte[] point = SubjectPublicKeyInfo.getInstance(
                        issued.certificate().getPublicKey().getEncoded())
                .getPublicKeyData()
                .getBytes();
        byte[] sec1 = new ECPrivateKey(
                        256,
                        ECPrivateKey.getInstance(pkcs8.parsePrivateKey()).getKey(),
                        new DERBitString(point),
                        pkcs8.getPrivateKeyAlgorithm().getParameters())
                .getEncoded();
        Files.writeString(
                key,
                "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                        + "-----BEGIN EC PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder().encodeToString(sec1)
                        + "\n-----END EC PRIVATE KEY-----\n");
        assertThat(((java.security.interfaces.ECPrivateKey) load().key()).getS())
                .isEqualTo(((java.security.interfaces.ECPrivateKey) issued.key()).getS());
    }

    @Test
    void theChainEndsWithItsFirstCertificateToEnd() throws Exception {
        Instant soon = Instant.now().plusSeconds(100).truncatedTo(ChronoUnit.SECONDS);
        TestCa.Issued issued = CA.issue("EC", "gateway", soon);
        issued.writeTo(directory);
        Files.writeString(certificate, issued.certificatePem() + "an issuer follows\n" + CA.pem());
        assertThat(load().chain()).containsExactly(issued.certificate(), CA.certificate());
        assertThat(load().expiry()).isEqualTo(soon);
    }

    @Test
    void whatCannotBeUsedIsNamedWithTheReason() throws IOException {
        assertThatThrownBy(this::load).hasMessage(certificate + ": cannot be read: NoSuchFileException");
        CA.issue("gateway").writeTo(directory);
        String good = Files.readString(certificate);
        Files.writeString(certificate, "");
        assertThatThrownBy(this::load)
                .hasMessage(certificate + ": has no certificate (expected PEM, -----BEGIN CERTIFICATE-----)");
        Files.writeString(certificate, good.substring(0, 200));
        assertThatThrownBy(this::load).hasMessageStartingWith(certificate + ": is no certificate in PEM: ");
        Files.writeString(certificate, CA.issue("another").certificatePem());
        assertThatThrownBy(this::load).hasMessage(key + ": is not the key of " + certificate);
        Files.writeString(key, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
        assertThatThrownBy(this::load)
                .hasMessage(key + ": is no EC key in PEM: it is encrypted (expected one without passphrase)");
        Files.writeString(key, "secret");
        assertThatThrownBy(this::load).hasMessage(key + ": is no EC key in PEM: expected -----BEGIN PRIVATE KEY-----");
    }
}
