package io.millrace.commands.console;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * One file, in memory, as it is sent.
 *
 * @param type its media type
 * @param plain its bytes
 * @param gzip the same for browsers that take it
 */
record ConsoleFile(String type, Buffer plain, Buffer gzip) {
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml");

    /** @throws IllegalStateException for a name of a kind that the console has none of */
    static ConsoleFile of(String name, byte[] bytes) {
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type == null) {
            throw new IllegalStateException(name + " (expected one of " + TYPES.keySet() + ")");
        }
        return new ConsoleFile(type, Buffer.buffer(bytes), Buffer.buffer(compressed(bytes)));
    }

    private static byte[] compressed(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
