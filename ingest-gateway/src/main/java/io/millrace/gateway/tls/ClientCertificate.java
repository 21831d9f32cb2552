package io.millrace.gateway.tls;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;

/** The certificate that a client has shown and proven to own; TLS has seen that it is of the CA and in its time. */
public final class ClientCertificate {
    private ClientCertificate() {}

    /** Absent for one without TLS, and for one that was not asked or has none. The connection's event loop. */
    public static Optional<X509Certificate> of(ChannelPipeline pipeline) {
        SslHandler tls = pipeline.get(SslHandler.class);
        if (tls == null) {
            return Optional.empty();
        }
        SSLEngine engine = tls.engine();
        if (!engine.getWantClientAuth() && !engine.getNeedClientAuth()) {
            return Optional.empty();
        }
        try {
            return Optional.of((X509Certificate) engine.getSession().getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException e) {
            // So the JDK says that there is none.
            return Optional.empty();
        }
    }
}
