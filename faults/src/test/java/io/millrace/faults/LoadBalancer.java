package io.millrace.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.embedded.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * HAProxy between devices and gateways, and between people and command services. It asks each server's {@code /live} and closes the
 * connections of one that does not answer; not {@code /ready}, which is red while Kafka is away, when devices are to stay.
 */
final class LoadBalancer implements AutoCloseable {
    private final Process process;
    private final int mqttPort;
    private final int httpPort;
    private final int adminPort;

    /** Where a server listens, and where it says that it lives. */
    record Server(int port, int opsPort) {}

    /** Where the system has it. */
    static Optional<Path> program() {
        return Stream.of("/usr/sbin/haproxy", "/usr/local/sbin/haproxy", "/usr/bin/haproxy")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    LoadBalancer(Path directory, List<Server> gateways, List<Server> services) throws IOException {
        mqttPort = FreePort.find();
        httpPort = FreePort.find();
        adminPort = FreePort.find();
        Path file = Files.writeString(directory.resolve("haproxy.cfg"), """
                global
                  stats socket ipv4@127.0.0.1:%d level admin
                defaults
                  mode tcp
                  timeout connect 1s
                  timeout client 1h
                  timeout server 1h
                  timeout check 1s
                  retries 3
                  option redispatch 1
                  option httpchk GET /live
                  default-server check inter 500ms fastinter 200ms fall 2 rise 1 on-marked-down shutdown-sessions
                listen mqtt
                  bind 127.0.0.1:%d
                  balance leastconn
                %s
                listen api
                  bind 127.0.0.1:%d
                  balance roundrobin
                %s
                """.formatted(
                        adminPort, mqttPort, servers("gateway", gateways), httpPort, servers("service", services)));
        Path log = directory.resolve("haproxy.log");
        process = new ProcessBuilder(program().orElseThrow().toString(), "-db", "-f", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await("HAProxy").atMost(Duration.ofSeconds(20)).ignoreExceptions().untilAsserted(() -> {
            assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
            assertThat(ask("show version")).isNotEmpty();
        });
    }

    private static String servers(String name, List<Server> servers) {
        return Stream.iterate(0, i -> i + 1)
                .limit(servers.size())
                .map(i -> "  server " + name + i + " 127.0.0.1:"
                        + servers.get(i).port() + " port " + servers.get(i).opsPort())
                .collect(Collectors.joining("\n"));
    }

    int mqttPort() {
        return mqttPort;
    }

    int httpPort() {
        return httpPort;
    }

    /** Devices and that gateway do not reach each other any more. */
    void cut(int slot) {
        assertThat(ask("disable server mqtt/gateway" + slot)).isEmpty();
        assertThat(ask("shutdown sessions server mqtt/gateway" + slot)).isEmpty();
    }

    void mend(int slot) {
        assertThat(ask("enable server mqtt/gateway" + slot)).isEmpty();
    }

    private String ask(String command) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), adminPort)) {
            socket.getOutputStream().write((command + "\n").getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("HAProxy: " + command, e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
}
