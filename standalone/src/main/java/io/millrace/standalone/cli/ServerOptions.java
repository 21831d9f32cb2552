package io.millrace.standalone.cli;

import io.millrace.runtime.tls.Authorities;
import io.millrace.standalone.LocalAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server, and by what right. With {@code up} on this machine nothing of it need be given. */
final class ServerOptions {
    @Option(
            order = 101,
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${env:MILLRACE_URL}",
            description = "Where the API is (MILLRACE_URL; default: as up in --data says, else http://127.0.0.1:8080).")
    private @Nullable String url;

    @Option(
            order = 102,
            names = "--api-key",
            paramLabel = "KEY",
            defaultValue = "${env:MILLRACE_API_KEY}",
            description =
                    "An API key (better MILLRACE_API_KEY or --api-key-file: others on this machine see arguments).")
    private @Nullable String apiKey;

    @Option(
            order = 103,
            names = "--api-key-file",
            paramLabel = "FILE",
            defaultValue = "${env:MILLRACE_API_KEY_FILE}",
            description = "A file that holds the API key (MILLRACE_API_KEY_FILE).")
    private @Nullable Path apiKeyFile;

    @Option(
            order = 104,
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "./data",
            description = "Data directory of an up on this machine, for its URL and key (${DEFAULT-VALUE}).")
    private Path data = Path.of("data");

    @Option(
            order = 105,
            names = "--ca",
            paramLabel = "FILE",
            defaultValue = "${env:MILLRACE_CA}",
            description =
                    "PEM of the authority, or the very certificate, that an https server is to be trusted by, beside"
                            + " those that Java knows (MILLRACE_CA).")
    private @Nullable Path ca;

    Api api() {
        Optional<LocalAccess> local = local();
        String where = url != null ? url : local.map(LocalAccess::url).orElse("http://127.0.0.1:8080");
        return new Api(where, key(local), trusted());
    }

    private Optional<X509TrustManager> trusted() {
        Path file = ca;
        if (file == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Authorities.with(Authorities.read(file)));
        } catch (NoSuchFileException e) {
            throw ApiFailure.usage("--ca " + file + ": no such file");
        } catch (IOException | GeneralSecurityException e) {
            throw ApiFailure.usage("--ca " + file + ": no certificates in PEM (" + e.getMessage() + ")");
        }
    }

    private Optional<LocalAccess> local() {
        try {
            return LocalAccess.in(data);
        } catch (IllegalArgumentException e) {
            throw ApiFailure.usage(String.valueOf(e.getMessage()));
        }
    }

    private String key(Optional<LocalAccess> local) {
        if (apiKey != null) {
            return apiKey.strip();
        }
        Path file = apiKeyFile;
        if (file != null) {
            try {
                return Files.readString(file).strip();
            } catch (IOException e) {
                throw ApiFailure.usage("--api-key-file " + file + " cannot be read (" + e.getMessage() + ")");
            }
        }
        String here = url;
        return local.filter(access -> here == null || access.url().equals(here.replaceFirst("/+$", "")))
                .map(LocalAccess::apiKey)
                .orElseThrow(() -> ApiFailure.usage("no API key (expected --api-key-file, MILLRACE_API_KEY, or --data"
                        + " with the directory of an up on this machine; "
                        + data.toAbsolutePath().normalize()
                        + " is none for this server)"));
    }
}
