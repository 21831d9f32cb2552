package io.millrace.simulator;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the command line says about how devices prove who they are. Without any of it they are anonymous. */
final class AccessOptions {
    @Option(
            names = "--username",
            paramLabel = "PATTERN",
            description = "User name, %%s is the device id; without it devices are anonymous.")
    private @Nullable String username;

    @Option(names = "--password", paramLabel = "PATTERN", description = "Password, %%s is the device id.")
    private @Nullable String password;

    @Option(names = "--credentials", paramLabel = "FILE", description = "Devices and secrets, one id:secret a line.")
    private @Nullable Path credentials;

    @Option(
            names = "--api",
            paramLabel = "URL",
            description = "Register the devices at this REST API first, as http://127.0.0.1:8080.")
    private @Nullable URI api;

    @Option(names = "--api-key", paramLabel = "KEY", description = "API key for --api; its role must be admin.")
    private @Nullable String apiKey;

    @Option(names = "--api-key-file", paramLabel = "FILE", description = "The same, from a file.")
    private @Nullable Path apiKeyFile;

    @Option(
            names = "--provision",
            paramLabel = "URL",
            description = "Let each device provision itself at this gateway first, as http://127.0.0.1:8081.")
    private @Nullable URI provision;

    @Option(names = "--provisioning-key", paramLabel = "KEY", description = "Key for --provision.")
    private @Nullable String provisioningKey;

    Optional<Path> credentialsFile() {
        return Optional.ofNullable(credentials);
    }

    /** @throws IllegalArgumentException if what is said does not fit together */
    void check() {
        if (credentials != null && (api != null || provision != null || username != null || password != null)) {
            throw new IllegalArgumentException("--credentials holds all there is to say about devices"
                    + " (expected no --api, --provision, --username, --password)");
        }
        if (api == null && (apiKey != null || apiKeyFile != null)) {
            throw new IllegalArgumentException("--api-key needs --api");
        }
        if (api != null && ((apiKey == null) == (apiKeyFile == null) || username != null || password != null)) {
            throw new IllegalArgumentException(
                    "--api needs --api-key or --api-key-file, and no --username or --password");
        }
        if ((provision == null) != (provisioningKey == null)
                || provision != null && (api != null || username != null)) {
            throw new IllegalArgumentException(
                    "--provision needs --provisioning-key, and no --api, --username or --password");
        }
        http("--api", api);
        http("--provision", provision);
    }

    private static void http(String option, @Nullable URI url) {
        if (url != null && !"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
            throw new IllegalArgumentException(option + ": " + url + " (expected http://HOST:PORT)");
        }
    }

    /**
     * Blocks until all devices are known to the server; the exception names the first that could not be made so.
     *
     * @param ca of the servers that they are registered at, if those have TLS
     */
    List<DeviceCredentials> credentials(List<String> ids, Optional<Path> ca) throws IOException, InterruptedException {
        if (api != null) {
            String key = apiKey != null
                    ? apiKey
                    : apiKeyFile == null ? "" : Files.readString(apiKeyFile).strip();
            return new Enrolment(api, key, ca).enrol(ids);
        }
        if (provision != null && provisioningKey != null) {
            return new Provisioning(provision, provisioningKey, ca).provision(ids);
        }
        return ids.stream().map(this::byPattern).toList();
    }

    private DeviceCredentials byPattern(String deviceId) {
        return new DeviceCredentials(
                deviceId,
                Optional.ofNullable(username).map(pattern -> pattern.replace("%s", deviceId)),
                Optional.ofNullable(password).map(pattern -> pattern.replace("%s", deviceId)));
    }
}
