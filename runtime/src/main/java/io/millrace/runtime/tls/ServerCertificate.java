package io.millrace.runtime.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What a gateway shows to its clients, and the issuers it trusts for theirs.
 *
 * @param chain its own certificate first
 * @param clientCas empty for none
 */
public record ServerCertificate(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> clientCas) {
    private static final byte[] PROBE = {1, 2, 3};
    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";

    public static ServerCertificate of(CertificateFiles files, CertificateFiles.Content content) throws BadCertificate {
        List<X509Certificate> chain = certificates(files.certificate(), content.certificate());
        PublicKey certified = chain.get(0).getPublicKey();
        PrivateKey key;
        try {
            key = PrivateKeyPem.read(content.key(), certified);
        } catch (GeneralSecurityException e) {
            throw new BadCertificate(
                    files.key(), "is no " + certified.getAlgorithm() + " key in PEM: " + e.getMessage(), e);
        }
        if (!isPair(key, certified)) {
            throw new BadCertificate(files.key(), "is not the key of " + files.certificate(), null);
        }
        List<X509Certificate> clientCas =
                files.clientCa().isPresent() ? certificates(files.clientCa().get(), content.clientCa()) : List.of();
        return new ServerCertificate(key, chain, clientCas);
    }

    /** When the first of the chain ends. */
    public Instant expiry() {
        return chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    private static List<X509Certificate> certificates(Path file, byte[] pem) throws BadCertificate {
        try {
            List<X509Certificate> all =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (all.isEmpty()) {
                throw new BadCertificate(file, "has no certificate (expected PEM, " + BEGIN + ")", null);
            }
            int begun = new String(pem, ISO_8859_1).split(BEGIN, -1).length - 1;
            if (begun > all.size()) {
                // Newer Javas pass over one that is cut off.
                throw new BadCertificate(
                        file,
                        "has " + all.size() + " whole certificates of " + begun
                                + " that begin (expected each to end with -----END CERTIFICATE-----)",
                        null);
            }
            return all;
        } catch (CertificateException e) {
            throw new BadCertificate(file, "is no certificate in PEM: " + e.getMessage(), e);
        }
    }

    private static boolean isPair(PrivateKey key, PublicKey publicKey) {
        try {
            String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
