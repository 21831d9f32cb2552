package io.millrace.gateway.tls;

import io.millrace.runtime.tls.ServerCertificate;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/** Makes netty's contexts of certificates: what may be negotiated, and that nothing is kept of a client that has gone. */
final class TlsContexts {
    /**
     * TLS 1.3's, and of TLS 1.2 those with forward secrecy and authenticated encryption: mbedTLS on an ESP32 offers them all,
     * AES-GCM in hardware.
     */
    private static final List<String> CIPHER_SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** Boards do not resume sessions, and a session kept would outlive the check of its client's certificate. */
    private static final int SESSIONS = 1;

    private final TlsConfig config;
    private final SslProvider provider;

    TlsContexts(TlsConfig config) {
        this.config = config;
        this.provider = config.engine().provider();
        if (provider == SslProvider.JDK) {
            refuseRenegotiation();
        }
    }

    /** BoringSSL knows none at all; the JDK reads this once, before its first handshake as a server. */
    private static void refuseRenegotiation() {
        String property = "jdk.tls.rejectClientInitiatedRenegotiation";
        if (System.getProperty(property) == null) {
            System.setProperty(property, "true");
        }
    }

    boolean isOpenSsl() {
        return provider != SslProvider.JDK;
    }

    SslContext of(ServerCertificate certificate) throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forServer(
                        certificate.key(), certificate.chain().toArray(X509Certificate[]::new))
                .sslProvider(provider)
                .protocols("TLSv1.3", "TLSv1.2")
                .ciphers(CIPHER_SUITES, SupportedCipherSuiteFilter.INSTANCE)
                .sessionCacheSize(SESSIONS);
        if (!certificate.clientCas().isEmpty()) {
            builder.trustManager(certificate.clientCas())
                    .clientAuth(config.clientCertificate() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
        }
        SslContext context = builder.build();
        if (context.sessionContext() instanceof OpenSslServerSessionContext sessions) {
            sessions.setSessionCacheEnabled(false);
        }
        return context;
    }
}
