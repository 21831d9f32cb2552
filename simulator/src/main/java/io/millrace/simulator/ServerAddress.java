package io.millrace.simulator;

import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where devices connect to.
 *
 * @param path of a WebSocket, else empty
 * @param ca certificates in PEM that a TLS server is checked against; without them those of the JVM are asked
 */
public record ServerAddress(Transport transport, String host, int port, String path, Optional<Path> ca) {
    private static final String SCHEMES =
            Arrays.stream(Transport.values()).map(Transport::scheme).collect(Collectors.joining(", "));

    public ServerAddress {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: \"" + host + "\" (expected a name or an address)");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected 1 to 65535)");
        }
    }

    /** From a URI as firmware has it: `mqtt://host`, `mqtts://host:8883`, `ws://host:8083/ws`, `https://host`. */
    public static ServerAddress of(URI uri, Optional<Path> ca) {
        Transport transport = Arrays.stream(Transport.values())
                .filter(candidate -> candidate.scheme().equals(uri.getScheme()))
                .findFirst()
                .orElseThrow(() -> unexpected(uri));
        if (uri.getHost() == null) {
            throw unexpected(uri);
        }
        String host = uri.getHost().replaceAll("^\\[|]$", "");
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() || !transport.webSocket()
                ? transport.webSocket() ? "/mqtt" : ""
                : uri.getRawPath();
        return new ServerAddress(
                transport, host, uri.getPort() < 0 ? transport.defaultPort() : uri.getPort(), path, ca);
    }

    private static IllegalArgumentException unexpected(URI uri) {
        return new IllegalArgumentException(uri + " (expected SCHEME://HOST:PORT with one of " + SCHEMES + ")");
    }

    /** Host and port as a URI has them. */
    public String authority() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public String toString() {
        return transport.scheme() + "://" + authority() + path;
    }
}
