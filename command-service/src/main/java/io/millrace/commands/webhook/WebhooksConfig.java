package io.millrace.commands.webhook;

import io.millrace.runtime.config.Settings;
import io.millrace.runtime.tls.Authorities;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Webhooks.
 *
 * @param externalUrl of this service as receivers reach it; may be empty
 * @param authorities of receivers' certificates, beside those that Java knows
 * @param secretKey that seals their secrets, 32 bytes
 * @param kept how long one can look at what was delivered
 */
public record WebhooksConfig(
        Reach reach,
        String externalUrl,
        List<X509Certificate> authorities,
        Optional<byte[]> secretKey,
        Backoff backoff,
        Duration giveUpAfter,
        Duration kept) {
    public WebhooksConfig {
        authorities = List.copyOf(authorities);
    }

    public static WebhooksConfig of(Settings settings) {
        return new WebhooksConfig(
                reach(settings),
                settings.text(
                                "webhooks.external-url",
                                "",
                                "Where people reach this service, such as https://millrace.example.org, for links in what is sent.")
                        .replaceAll("/+$", ""),
                authorities(settings),
                key(settings),
                new Backoff(settings.duration(
                        "webhooks.retry-after",
                        Duration.ofSeconds(5),
                        "Pause after a first failure; doubles with each one, up to an hour.")),
                settings.duration(
                        "webhooks.give-up-after",
                        Duration.ofHours(24),
                        "How long a message is tried; a receiver that took nothing for so long is disabled."),
                settings.duration(
                        "webhooks.retention", Duration.ofDays(7), "How long one can look at what was delivered."));
    }

    private static Reach reach(Settings settings) {
        String path = "webhooks.reach";
        String text = settings.text(
                path,
                Reach.PRIVATE.text(),
                "Where webhooks may go: public addresses only, private ones too, or loopback too. Never link-local ones.");
        try {
            return Reach.parse(text);
        } catch (IllegalArgumentException e) {
            settings.problem(path, "\"" + text + "\"", String.valueOf(e.getMessage()));
            return Reach.PUBLIC;
        }
    }

    private static List<X509Certificate> authorities(Settings settings) {
        String path = "webhooks.ca";
        Optional<Path> file = settings.optionalPath(
                path, "PEM file of authorities behind receivers' certificates, trusted beside those that Java knows.");
        if (file.isEmpty()) {
            return List.of();
        }
        try {
            return Authorities.read(file.get());
        } catch (IOException | GeneralSecurityException e) {
            settings.problem(path, file.get().toString(), "expected certificates in PEM: " + e.getMessage());
            return List.of();
        }
    }

    private static Optional<byte[]> key(Settings settings) {
        String path = "webhooks.secret-key";
        Optional<String> hex = settings.secret(
                path,
                "Seals the secrets of webhooks in the database, as openssl rand -hex 32 makes one; without it a key kept there too.");
        if (hex.isPresent() && !hex.get().matches("[0-9a-fA-F]{64}")) {
            settings.problem(path, "its value", "expected 64 hexadecimal digits");
            return Optional.empty();
        }
        return hex.map(HexFormat.of()::parseHex);
    }
}
