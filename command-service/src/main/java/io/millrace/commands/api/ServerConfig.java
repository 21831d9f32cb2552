package io.millrace.commands.api;

import io.millrace.runtime.config.Settings;
import io.millrace.runtime.tls.CertificateFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the API is reached.
 *
 * @param certificate with one, its port speaks TLS and nothing else
 * @param reload how often the certificate's files are looked at
 * @param corsOrigins pages of other origins that may call it, such as {@code https://console.example}; none by default
 * @param idleTimeout after which a connection on which nothing moves is closed
 * @param answerTimeout after which a request that is read gets no answer but 503
 * @param liveClients that listen to {@code GET /live} at once
 */
public record ServerConfig(
        Optional<CertificateFiles> certificate,
        Duration reload,
        List<String> corsOrigins,
        Duration idleTimeout,
        Duration answerTimeout,
        int liveClients) {
    public ServerConfig {
        corsOrigins = List.copyOf(corsOrigins);
    }

    public static ServerConfig of(Settings settings) {
        return new ServerConfig(
                certificate(settings),
                settings.duration(
                        "http.tls.reload",
                        Duration.ofSeconds(10),
                        "How often the certificate's files are looked at; changed ones are used for new connections."),
                corsOrigins(settings),
                settings.duration(
                        "http.idle-timeout",
                        Duration.ofMinutes(2),
                        "After which a connection on which nothing moves is closed."),
                answerTimeout(settings),
                settings.number("http.live.clients", 100, 1, 10_000, "Most that listen to GET /live at once."));
    }

    private static Optional<CertificateFiles> certificate(Settings settings) {
        Optional<Path> certificate = settings.optionalPath(
                "http.tls.certificate",
                "The service's certificate, then its issuers', PEM. With it http.port speaks TLS, and nothing else.");
        Optional<Path> key =
                settings.optionalPath("http.tls.key", "The private key of http.tls.certificate, PEM, not encrypted.");
        if (certificate.isPresent() != key.isPresent()) {
            settings.problem(
                    certificate.isPresent() ? "http.tls.certificate" : "http.tls.key",
                    certificate.or(() -> key).map(Path::toString).orElse(""),
                    "expected http.tls.certificate and http.tls.key together");
        }
        return certificate.flatMap(c -> key.map(k -> new CertificateFiles(c, k, Optional.empty())));
    }

    private static Duration answerTimeout(Settings settings) {
        return settings.duration(
                "http.answer-timeout",
                Duration.ofSeconds(30),
                "After which a request that is still being worked on is answered with 503; what it asked for may happen yet.");
    }

    private static List<String> corsOrigins(Settings settings) {
        String path = "http.cors.origins";
        List<String> origins = new ArrayList<>();
        for (String origin : settings.list(
                path,
                List.of(),
                "Origins of web pages elsewhere that may call the API, such as https://console.example, comma between.")) {
            if (origin.matches("https?://(\\[[0-9a-fA-F:]+]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?")) {
                origins.add(origin);
            } else {
                settings.problem(path, "\"" + origin + "\"", "expected https://host or http://host:port");
            }
        }
        return origins;
    }
}
