package io.millrace.gateway.tls;

import io.millrace.gateway.GatewayMetrics;
import io.millrace.runtime.process.StartException;
import io.millrace.runtime.tls.BadCertificate;
import io.millrace.runtime.tls.CertificateFiles;
import io.millrace.runtime.tls.CertificateWatch;
import io.millrace.runtime.tls.ServerCertificate;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate in force and the TLS made of it. A new certificate is for new connections, those that are there keep theirs. Lives as
 * long as the gateway.
 */
public final class TlsServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TlsServer.class);

    private final TlsConfig config;
    private final CertificateFiles files;
    private final TlsContexts contexts;
    private final GatewayMetrics metrics;
    private final Clock clock;
    private final CertificateWatch watch;

    private volatile SslContext context;
    private volatile Instant expiry;
    private @Nullable SslContext before;

    /** @throws StartException if the files cannot be used */
    public TlsServer(TlsConfig config, CertificateFiles files, GatewayMetrics metrics, Clock clock) {
        this.config = config;
        this.files = files;
        this.contexts = new TlsContexts(config);
        this.metrics = metrics;
        this.clock = clock;
        try {
            watch = new CertificateWatch(files, config.reload(), new Changes());
            context = contexts.of(watch.first());
            expiry = watch.first().expiry();
            inForce(watch.first());
        } catch (BadCertificate | SSLException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
        metrics.gauge(
                "gateway.tls.certificate.expiry",
                "When the gateway's certificate ends, in seconds since 1970",
                this,
                tls -> tls.expiry.getEpochSecond());
    }

    /** On the watch's thread. */
    private final class Changes implements CertificateWatch.Listener {
        @Override
        public void changed(ServerCertificate certificate) throws BadCertificate {
            use(certificate);
        }

        @Override
        public void kept(String reason) {
            metrics.tlsReloadFailed.increment();
        }
    }

    public void start() {
        watch.start();
    }

    /** For a handshake, and before it for its first bytes. */
    Duration patience() {
        return config.handshakeTimeout();
    }

    /** For one connection. Any event loop. */
    SslHandler handler(ByteBufAllocator allocator) {
        SslHandler handler = context.newHandler(allocator);
        handler.setHandshakeTimeoutMillis(config.handshakeTimeout().toMillis());
        return handler;
    }

    /** False if the files are not as they were at the last look. */
    boolean look() {
        return watch.look();
    }

    private void use(ServerCertificate certificate) throws BadCertificate {
        SslContext next;
        try {
            next = contexts.of(certificate);
        } catch (SSLException e) {
            throw new BadCertificate(files.certificate(), String.valueOf(e.getMessage()), e);
        }
        // An event loop may just be about to use the one before: it is freed with the change after this.
        ReferenceCountUtil.release(before);
        before = context;
        context = next;
        expiry = certificate.expiry();
        metrics.tlsReloaded.increment();
        inForce(certificate);
    }

    private void inForce(ServerCertificate certificate) {
        var event = expiry.isBefore(clock.instant()) ? log.atWarn() : log.atInfo();
        event.addKeyValue("certificate", files.certificate())
                .addKeyValue("subject", certificate.chain().get(0).getSubjectX500Principal())
                .addKeyValue("expiry", expiry)
                .addKeyValue("engine", contexts.isOpenSsl() ? "openssl" : "jdk")
                .log(expiry.isBefore(clock.instant()) ? "certificate has expired" : "certificate in force");
    }

    /** After the last connection. */
    @Override
    public void close() {
        watch.close();
        ReferenceCountUtil.release(before);
        ReferenceCountUtil.release(context);
    }
}
