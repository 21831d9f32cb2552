package io.millrace.gateway.tls;

import io.millrace.runtime.config.Settings;
import io.millrace.runtime.tls.CertificateFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the gateway speaks TLS, the same on all its ports that do.
 *
 * @param port of MQTT over TLS, 0 for any free one
 * @param files absent for no TLS at all
 * @param clientCertificate whether a client must have a certificate, where there is a CA for them
 * @param handshakeTimeout from the first byte to the end of the handshake
 * @param reload how often the files are looked at
 */
public record TlsConfig(
        int port,
        Optional<CertificateFiles> files,
        boolean clientCertificate,
        TlsEngine engine,
        Duration handshakeTimeout,
        Duration reload) {

    public static TlsConfig of(Settings settings) {
        int port = settings.port("mqtt.tls.port", 8883, "MQTT over TLS.");
        Optional<Path> certificate = settings.optionalPath(
                "mqtt.tls.certificate",
                "The gateway's certificate, then its issuers', PEM. Without it there is no TLS; it serves all ports that do.");
        Optional<Path> key =
                settings.optionalPath("mqtt.tls.key", "The private key of mqtt.tls.certificate, PEM, not encrypted.");
        Optional<Path> clientCa = settings.optionalPath(
                "mqtt.tls.client-ca",
                "The issuers of the devices' own certificates, PEM. Without it nobody is asked for one.");
        if (certificate.isPresent() != key.isPresent()) {
            String present = certificate.or(() -> key).map(Path::toString).orElse("");
            settings.problem(
                    certificate.isPresent() ? "mqtt.tls.certificate" : "mqtt.tls.key",
                    present,
                    "expected mqtt.tls.certificate and mqtt.tls.key together");
        }
        if (clientCa.isPresent() && certificate.isEmpty()) {
            settings.problem(
                    "mqtt.tls.client-ca",
                    clientCa.get().toString(),
                    "expected with mqtt.tls.certificate and mqtt.tls.key");
        }
        return new TlsConfig(
                port,
                certificate.flatMap(c -> key.map(k -> new CertificateFiles(c, k, clientCa))),
                clientCertificate(settings),
                engine(settings),
                settings.duration(
                        "mqtt.tls.handshake-timeout", Duration.ofSeconds(10), "Within which a handshake must be done."),
                settings.duration(
                        "mqtt.tls.reload",
                        Duration.ofSeconds(10),
                        "How often the files are looked at; changed ones are used for new connections."));
    }

    private static boolean clientCertificate(Settings settings) {
        String path = "mqtt.tls.client-certificate";
        String text = settings.text(
                path,
                "optional",
                "Whether a client must have a certificate of mqtt.tls.client-ca: optional or required.");
        if (!text.equals("optional") && !text.equals("required")) {
            settings.problem(path, "\"" + text + "\"", "expected optional or required");
        }
        return text.equals("required");
    }

    private static TlsEngine engine(Settings settings) {
        String path = "mqtt.tls.engine";
        String text = settings.text(
                path, TlsEngine.AUTO.text(), "Whose TLS: openssl, jdk, or auto for OpenSSL's where it runs.");
        try {
            TlsEngine engine = TlsEngine.of(text);
            engine.missing().ifPresent(why -> settings.problem(path, text, "not on this machine: " + why));
            return engine;
        } catch (IllegalArgumentException e) {
            settings.problem(path, "\"" + text + "\"", String.valueOf(e.getMessage()));
            return TlsEngine.AUTO;
        }
    }
}
