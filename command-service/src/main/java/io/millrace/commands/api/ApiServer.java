package io.millrace.commands.api;

import io.millrace.runtime.process.StartException;
import io.millrace.runtime.tls.BadCertificate;
import io.millrace.runtime.tls.CertificateFiles;
import io.millrace.runtime.tls.CertificateWatch;
import io.millrace.runtime.tls.ServerCertificate;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.CorsHandler;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: its port, TLS with certificates that can be changed while it runs, and pages of other origins (CORS). Lives as long as
 * the service.
 */
public final class ApiServer {
    private static final Logger log = LoggerFactory.getLogger(ApiServer.class);
    private static final int PREFLIGHT_SECONDS = 600;
    private static final long HSTS_SECONDS = TimeUnit.DAYS.toSeconds(365);

    private final Vertx vertx;
    private final ServerConfig config;
    private @Nullable HttpServer server;
    private @Nullable CertificateWatch certificates;

    public ApiServer(Vertx vertx, ServerConfig config) {
        this.vertx = vertx;
        this.config = config;
    }

    /**
     * Listens; blocks until it does.
     *
     * @param port 0 for any that is free
     * @throws StartException if the certificate cannot be used
     * @throws CompletionException if it cannot listen
     */
    public void listen(String host, int port, Router api) {
        HttpServerOptions options = new HttpServerOptions()
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout((int) config.idleTimeout().toMillis())
                // HTTP/2 is for TLS. An upgrade of a plain connection (RFC 7540, 3.2; gone from RFC 9113) broke its
                // first answer if that was larger than a window.
                .setHttp2ClearTextEnabled(false);
        if (config.certificate().isPresent()) {
            CertificateWatch watch = watch(config.certificate().get());
            certificates = watch;
            options.setSsl(true).setUseAlpn(true).setKeyCertOptions(keys(watch.first()));
            options.setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"));
        }
        server = vertx.createHttpServer(options)
                .requestHandler(router(api))
                .invalidRequestHandler(request -> {
                    Throwable why = request.decoderResult().cause();
                    Replies.refuse(request, why)
                            .onComplete(sent -> request.connection().close().onFailure(ApiServer::gone));
                })
                .listen(port, host)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        CertificateWatch watch = certificates;
        if (watch != null) {
            watch.start();
        }
    }

    public int port() {
        HttpServer listening = server;
        if (listening == null) {
            throw new IllegalStateException("not started");
        }
        return listening.actualPort();
    }

    private Router router(Router api) {
        Router router = Router.router(vertx);
        // A path that cannot be decoded is on no route.
        router.errorHandler(400, context -> Replies.refuse(context.request(), context.failure())
                .onFailure(ApiServer::gone));
        CorsHandler cors = cors();
        // The handler would refuse every other origin, also the server's own, which a browser names with each POST.
        router.route().handler(context -> {
            String origin = context.request().getHeader("Origin");
            if (origin != null && config.corsOrigins().contains(origin)) {
                cors.handle(context);
            } else {
                context.next();
            }
        });
        if (config.certificate().isPresent()) {
            router.route().handler(context -> {
                context.response().putHeader("Strict-Transport-Security", "max-age=" + HSTS_SECONDS);
                context.next();
            });
        }
        router.route("/*").subRouter(api);
        return router;
    }

    /** Whoever sent it does not wait for an answer, which is his own affair. */
    private static void gone(Throwable failure) {
        log.atDebug().addKeyValue("reason", failure.toString()).log("answer not sent");
    }

    private CorsHandler cors() {
        return CorsHandler.create()
                .addOrigins(config.corsOrigins())
                .allowedMethods(
                        Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE))
                .allowedHeaders(Set.of(
                        "Authorization",
                        "Content-Type",
                        "Idempotency-Key",
                        "If-Match",
                        "If-None-Match",
                        "Last-Event-ID",
                        "X-Request-Id"))
                .exposedHeaders(Set.of("Location", "Retry-After", "X-Request-Id"))
                .maxAgeSeconds(PREFLIGHT_SECONDS);
    }

    private CertificateWatch watch(CertificateFiles files) {
        try {
            return new CertificateWatch(files, config.reload(), new Changes());
        } catch (BadCertificate e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    /** On the watch's thread. */
    private final class Changes implements CertificateWatch.Listener {
        @Override
        public void changed(ServerCertificate certificate) {
            HttpServer listening = server;
            if (listening == null) {
                throw new IllegalStateException("a certificate before the server");
            }
            boolean used = listening
                    .updateSSLOptions(sslOptions(certificate))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();
            log.atInfo()
                    .addKeyValue("subject", certificate.chain().get(0).getSubjectX500Principal())
                    .addKeyValue("expiry", certificate.expiry())
                    .addKeyValue("used", used)
                    .log("certificate in force");
        }

        @Override
        public void kept(String reason) {
            // The watch has told it.
        }
    }

    private static ServerSSLOptions sslOptions(ServerCertificate certificate) {
        ServerSSLOptions options = new ServerSSLOptions();
        options.setKeyCertOptions(keys(certificate));
        options.setUseAlpn(true);
        options.setApplicationLayerProtocols(List.of("h2", "http/1.1"));
        options.setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"));
        return options;
    }

    private static KeyCertOptions keys(ServerCertificate certificate) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "server",
                    certificate.key(),
                    new char[0],
                    certificate.chain().toArray(X509Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, new char[0]);
            return Arrays.stream(factory.getKeyManagers())
                    .filter(X509KeyManager.class::isInstance)
                    .map(X509KeyManager.class::cast)
                    .map(KeyCertOptions::wrap)
                    .findFirst()
                    .orElseThrow();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** No more requests. */
    public Future<Void> close() {
        CertificateWatch watch = certificates;
        if (watch != null) {
            watch.close();
        }
        HttpServer listening = server;
        return listening == null ? Future.succeededFuture() : listening.close();
    }
}
