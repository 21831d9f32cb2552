package io.millrace.commands;

import io.millrace.commands.access.ClientAddress;
import io.millrace.commands.access.OidcConfig;
import io.millrace.runtime.config.Settings;
import io.millrace.schemas.Role;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who may in, and for how long.
 *
 * @param tokenLifetime of one token
 * @param loginIdle a login that is not refreshed for so long is over
 * @param loginLifetime after which the password is asked for again
 * @param trustedProxies whose {@code X-Forwarded-For} counts
 * @param oidc an issuer whose tokens are accepted too
 */
public record AccessConfig(
        Duration tokenLifetime,
        Duration loginIdle,
        Duration loginLifetime,
        List<String> trustedProxies,
        Optional<OidcConfig> oidc,
        Duration auditRetention) {

    public AccessConfig {
        trustedProxies = List.copyOf(trustedProxies);
    }

    static AccessConfig of(Settings settings) {
        return new AccessConfig(
                settings.duration(
                        "http.token-lifetime",
                        Duration.ofMinutes(15),
                        "How long a token of a login is good for; then it is refreshed."),
                settings.duration(
                        "http.login-idle", Duration.ofDays(7), "A login that is not refreshed for so long is over."),
                settings.duration(
                        "http.login-lifetime",
                        Duration.ofDays(30),
                        "The longest that a login is refreshed before the password is asked for again."),
                trustedProxies(settings),
                oidc(settings),
                settings.duration(
                        "audit.retention", Duration.ofDays(365), "How long entries of the audit log are kept."));
    }

    private static List<String> trustedProxies(Settings settings) {
        String path = "http.trusted-proxies";
        List<String> proxies = settings.list(
                path,
                List.of(),
                "Addresses or networks (10.0.0.0/8) of proxies whose X-Forwarded-For is believed; none by default.");
        try {
            var unused = new ClientAddress(proxies);
            return proxies;
        } catch (IllegalArgumentException e) {
            settings.problem(path, String.join(",", proxies), String.valueOf(e.getMessage()));
            return List.of();
        }
    }

    private static Optional<OidcConfig> oidc(Settings settings) {
        String path = "http.oidc.issuer";
        Optional<String> issuer = settings.optionalText(
                path, "OpenID Connect issuer whose tokens are accepted too, as its discovery document names it.");
        List<String> audiences = settings.list(
                "http.oidc.audience",
                List.of(),
                "What a token must be meant for (aud): one of these. Needed with an issuer.");
        String nameClaim = settings.text(
                "http.oidc.name-claim", "preferred_username", "Claim with a person's name; sub if it is not there.");
        String roleClaim = settings.text(
                "http.oidc.role-claim",
                "roles",
                "Claim with a person's roles; realm_access.roles looks into an object.");
        Map<String, Role> roles = new HashMap<>();
        for (Role role : List.of(Role.VIEWER, Role.OPERATOR, Role.ADMIN)) {
            settings.list(
                            "http.oidc.roles." + role.text(),
                            List.of("millrace-" + role.text()),
                            "Values of that claim that make " + role.text() + ".")
                    .forEach(value -> roles.merge(value, role, (a, b) -> a.includes(b) ? a : b));
        }
        Optional<Path> ca = settings.optionalPath(
                "http.oidc.ca", "PEM file of the authority behind the issuer's certificate, if Java does not know it.");
        if (issuer.isEmpty()) {
            return Optional.empty();
        }
        if (!issuer.get().matches("https://[^\\s?#]+|http://(127\\.0\\.0\\.1|localhost|\\[::1])[:/][^\\s?#]*")) {
            settings.problem(path, issuer.get(), "expected https://… (http only for this host)");
            return Optional.empty();
        }
        if (audiences.isEmpty()) {
            settings.problem("http.oidc.audience", "missing", "expected what tokens for Millrace are meant for");
        }
        return Optional.of(new OidcConfig(URI.create(issuer.get()), audiences, nameClaim, roleClaim, roles, ca));
    }
}
