package io.millrace.gateway.identity;

import io.millrace.runtime.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How clients show who they are.
 *
 * @param issuersFile names who signs tokens for the whole fleet; absent for nobody
 * @param tokens what every token must say
 */
public record IdentityConfig(
        Optional<Path> issuersFile,
        TokenVerifier.Demands tokens,
        FailureLimit.Rate failuresOfName,
        FailureLimit.Rate failuresOfAddress) {
    public static IdentityConfig of(Settings settings) {
        return new IdentityConfig(
                settings.optionalPath(
                        "identity.jwt.issuers-file",
                        "Whose tokens open for any device of the fleet: YAML, read anew when it changes."),
                new TokenVerifier.Demands(
                        settings.optionalText(
                                "identity.jwt.audience",
                                "What tokens signed by a device's own key must name as their audience."),
                        settings.flag(
                                "identity.jwt.require-expiry",
                                true,
                                "Refuse tokens without an expiry; a far one is allowed, for boards without a clock."),
                        settings.duration(
                                "identity.jwt.clock-skew",
                                Duration.ofMinutes(1),
                                "How far the clocks of those who sign tokens may be off.")),
                rate(settings, "name", 20, Duration.ofSeconds(10), "one name from one address"),
                rate(settings, "address", 1_000, Duration.ofMillis(50), "one address, whatever the names"));
    }

    private static FailureLimit.Rate rate(
            Settings settings, String what, int burst, Duration interval, String meaning) {
        int most = settings.number(
                "identity.failures.per-" + what,
                burst,
                1,
                1_000_000,
                "Failed attempts to authenticate that " + meaning + " may have at once.");
        String path = "identity.failures." + what + "-interval";
        Duration each = settings.duration(path, interval, "After which it may have another one.");
        if (each.isZero()) {
            settings.problem(path, each.toString(), "expected more than 0s");
            each = interval;
        }
        return new FailureLimit.Rate(most, each);
    }
}
