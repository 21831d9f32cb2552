package io.millrace.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Whether an engine for containers answers, found out before Testcontainers is asked: that would take seconds and log pages where
 * there is none. Looks where Testcontainers looks first, at DOCKER_HOST or else at the usual sockets; starts and pulls nothing.
 *
 * @param address of the engine, if one answered
 * @param looked where it was looked for and what was there, for a person
 */
record ContainerEngine(Optional<String> address, String looked) {
    /** For each place: an engine on this machine answers in milliseconds. */
    private static final long PATIENCE_MILLIS = 1_000;

    static final byte[] PING = "GET /_ping HTTP/1.0\r\nHost: engine\r\n\r\n".getBytes(US_ASCII);

    static ContainerEngine find(Map<String, String> environment, Path home) {
        List<String> looked = new ArrayList<>();
        for (String place : places(environment, home)) {
            String answer = ask(place, "1".equals(environment.get("DOCKER_TLS_VERIFY")));
            if (answer.isEmpty()) {
                return new ContainerEngine(Optional.of(place), place);
            }
            looked.add(place + " " + answer);
        }
        return new ContainerEngine(Optional.empty(), String.join(", ", looked));
    }

    private static List<String> places(Map<String, String> environment, Path home) {
        String host = environment.getOrDefault("DOCKER_HOST", "");
        if (!host.isEmpty()) {
            return List.of(host);
        }
        List<Path> sockets = new ArrayList<>();
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (!runtime.isEmpty()) {
            sockets.add(Path.of(runtime, "docker.sock"));
        }
        sockets.add(home.resolve(".docker/run/docker.sock"));
        sockets.add(home.resolve(".docker/desktop/docker.sock"));
        sockets.add(Path.of("/var/run/docker.sock"));
        return sockets.stream().map(socket -> "unix://" + socket).toList();
    }

    /** What is wrong there: nothing, if an engine answers. */
    private static String ask(String place, boolean tls) {
        try {
            URI uri = URI.create(place);
            if ("unix".equals(uri.getScheme())) {
                Path socket = Path.of(uri.getPath());
                return Files.exists(socket)
                        ? ask(StandardProtocolFamily.UNIX, UnixDomainSocketAddress.of(socket), false)
                        : "is not there";
            }
            if ("tcp".equals(uri.getScheme()) && uri.getHost() != null && uri.getPort() > 0) {
                var address = new InetSocketAddress(uri.getHost(), uri.getPort());
                return address.isUnresolved() ? "is unknown" : ask(StandardProtocolFamily.INET, address, tls);
            }
            return "(expected unix://PATH or tcp://HOST:PORT)";
        } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
            return "says " + e.getMessage();
        }
    }

    private static String ask(StandardProtocolFamily family, SocketAddress address, boolean tls) throws IOException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        try (Selector selector = Selector.open();
                SocketChannel channel = SocketChannel.open(family)) {
            var unused = channel.configureBlocking(false);
            if (!channel.connect(address)) {
                var key = channel.register(selector, SelectionKey.OP_CONNECT);
                if (!isReady(selector, end) || !channel.finishConnect()) {
                    return "does not answer";
                }
                var unusedKey = key.interestOps(SelectionKey.OP_READ);
            } else {
                var unusedKey = channel.register(selector, SelectionKey.OP_READ);
            }
            if (tls) {
                // It would want a handshake; that it listens is enough.
                return "";
            }
            var unusedWritten = channel.write(ByteBuffer.wrap(PING));
            ByteBuffer answer = ByteBuffer.allocate(64);
            while (answer.position() < "HTTP/1.1 200".length()) {
                if (!isReady(selector, end)) {
                    return "does not answer";
                }
                if (channel.read(answer) < 0) {
                    return "hangs up";
                }
            }
            String line = US_ASCII.decode(answer.flip()).toString();
            return line.matches("(?s)HTTP/1\\.[01] 200.*") ? "" : "is no engine";
        }
    }

    private static boolean isReady(Selector selector, long end) throws IOException {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
            return false;
        }
        boolean is = selector.select(left) > 0;
        selector.selectedKeys().clear();
        return is;
    }
}
