package io.millrace.gateway.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.util.Locale;
import java.util.Optional;

/** Whose TLS is spoken. */
public enum TlsEngine {
    /** OpenSSL's where it is there, else the JDK's. */
    AUTO,
    JDK,
    /** BoringSSL, which comes with netty for Linux on x86-64 and ARM64. */
    OPENSSL;

    /** @throws IllegalArgumentException saying what was expected */
    static TlsEngine of(String text) {
        for (TlsEngine engine : values()) {
            if (engine.text().equals(text)) {
                return engine;
            }
        }
        throw new IllegalArgumentException("expected auto, jdk or openssl");
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Why it cannot be used on this machine. */
    Optional<String> missing() {
        return this == OPENSSL && !OpenSsl.isAvailable()
                ? Optional.of(String.valueOf(OpenSsl.unavailabilityCause().getMessage()))
                : Optional.empty();
    }

    SslProvider provider() {
        boolean openSsl = this == OPENSSL || this == AUTO && OpenSsl.isAvailable();
        return openSsl ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
    }
}
