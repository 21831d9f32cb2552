package io.millrace.gateway.tls;

import io.millrace.gateway.GatewayMetrics;
import io.millrace.runtime.process.StartException;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate in force and the TLS made of it. Looks at the files now and then, on a thread of its own; a new certificate
 * is for new connections, those that are there keep theirs. Changed files are looked at a second time, soon, and count if they
 * have stood still: a list of client CAs that is half written may be a valid one. Files that cannot be used change nothing and
 * are said once. Lives as long as the gateway.
 */
public final class TlsServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TlsServer.class);

    private static final Duration SECOND_LOOK = Duration.ofMillis(500);

    private final TlsConfig config;
    private final CertificateFiles files;
    private final TlsContexts contexts;
    private final GatewayMetrics metrics;
    private final Clock clock;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "tls-files");
        thread.setDaemon(true);
        return thread;
    });

    private volatile SslContext context;
    private volatile Instant expiry;
    private CertificateFiles.Content content;
    private CertificateFiles.Content last;
    private @Nullable SslContext before;
    private String problem = "";

    /** @throws StartException if the files cannot be used */
    public TlsServer(TlsConfig config, CertificateFiles files, GatewayMetrics metrics, Clock clock) {
        this.config = config;
        this.files = files;
        this.contexts = new TlsContexts(config);
        this.metrics = metrics;
        this.clock = clock;
        try {
            content = files.read();
            last = content;
            ServerCertificate certificate = ServerCertificate.of(files, content);
            context = contexts.of(certificate);
            expiry = certificate.expiry();
            inForce(certificate);
        } catch (BadCertificate | SSLException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
        metrics.gauge(
                "gateway.tls.certificate.expiry",
                "When the gateway's certificate ends, in seconds since 1970",
                this,
                tls -> tls.expiry.getEpochSecond());
    }

    public void start() {
        long millis = config.reload().toMillis();
        var unused = watch.scheduleWithFixedDelay(this::lookUntilStill, millis, millis, TimeUnit.MILLISECONDS);
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

    /** The files' own thread. */
    private void lookUntilStill() {
        if (!look()) {
            long millis = Math.min(config.reload().toMillis(), SECOND_LOOK.toMillis());
            var unused = watch.schedule(this::lookUntilStill, millis, TimeUnit.MILLISECONDS);
        }
    }

    /** False if the files are not as they were at the last look. */
    boolean look() {
        try {
            CertificateFiles.Content now = files.read();
            boolean still = now.isSameAs(last);
            last = now;
            if (still) {
                if (!now.isSameAs(content)) {
                    use(now);
                }
                problem = "";
            }
            return still;
        } catch (BadCertificate | SSLException e) {
            keep(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("the certificate's files could not be looked at");
        }
        return true;
    }

    private void use(CertificateFiles.Content now) throws BadCertificate, SSLException {
        ServerCertificate certificate = ServerCertificate.of(files, now);
        SslContext next = contexts.of(certificate);
        content = now;
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

    private void keep(String reason) {
        if (!reason.equals(problem)) {
            problem = reason;
            metrics.tlsReloadFailed.increment();
            log.atWarn().addKeyValue("reason", reason).log("certificate kept, the new files cannot be used");
        }
    }

    /** After the last connection. */
    @Override
    public void close() {
        watch.shutdownNow();
        ReferenceCountUtil.release(before);
        ReferenceCountUtil.release(context);
    }
}
