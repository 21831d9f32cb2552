package io.millrace.standalone.cli;

import io.millrace.standalone.LocalAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server, and by what right. With {@code up} on this machine nothing of it need be given. */
final class ServerOptions {
    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${env:MILLRACE_URL}",
            description = "Where the API is (MILLRACE_URL; default: as up in --data says, else http://127.0.0.1:8080).")
    private @Nullable String url;

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            defaultValue = "${env:MILLRACE_API_KEY}",
            description =
                    "An API key (better MILLRACE_API_KEY or --api-key-file: others on this machine see arguments).")
    private @Nullable String apiKey;

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            defaultValue = "${env:MILLRACE_API_KEY_FILE}",
            description = "A file that holds the API key (MILLRACE_API_KEY_FILE).")
    private @Nullable Path apiKeyFile;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "./data",
            description = "Data directory of an up on this machine, for its URL and key (${DEFAULT-VALUE}).")
    private Path data = Path.of("data");

    Api api() {
        Optional<LocalAccess> local = local();
        String where = url != null ? url : local.map(LocalAccess::url).orElse("http://127.0.0.1:8080");
        return new Api(where, key(local));
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
