package io.millrace.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The file in the data directory by which the command line finds the API and may use it: where it is, and a key. For this user alone,
 * as the directory is; who can read it could read the database's password beside it, too.
 *
 * @param url of the API's server, without path
 */
public record LocalAccess(String url, String apiKey) {
    private static final String FILE = "command-line.json";

    /** Empty if {@code up} has never run there, or this user may not read it. */
    public static Optional<LocalAccess> in(Path data) {
        Path file = data.resolve(FILE);
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        try {
            JsonNode json = Json.read(Files.readAllBytes(file), JsonNode.class);
            return Optional.of(new LocalAccess(
                    json.path("url").asText(), json.path("apiKey").asText()));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage() + " (start ./millrace up again)", e);
        }
    }

    void write(Path data) {
        Path file = data.resolve(FILE);
        Path beside = data.resolve(FILE + ".new");
        try {
            Files.deleteIfExists(beside);
            Files.createFile(beside);
            if (Files.getFileStore(beside).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(beside, PosixFilePermissions.fromString("rw-------"));
            }
            Files.write(
                    beside,
                    Json.write(Json.mapper().createObjectNode().put("url", url).put("apiKey", apiKey)));
            Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
    }

    /** Without the key: this may end in a log. */
    @Override
    public String toString() {
        return "LocalAccess[" + url + "]";
    }
}
