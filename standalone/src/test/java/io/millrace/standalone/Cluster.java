package io.millrace.standalone;

import io.millrace.embedded.ChildProcess;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Gateways and command services, each a process of its own as {@code millrace} starts it, on one Kafka and one PostgreSQL. */
final class Cluster implements AutoCloseable {
    static final String PASSWORD = "admin-password";
    private static final List<String> SMALL = List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final Path directory;
    private final EmbeddedKafka kafka;
    private final EmbeddedPostgres postgres;

    Cluster(Path directory) throws IOException {
        this.directory = directory;
        kafka = EmbeddedKafka.start(directory.resolve("kafka"), 0);
        postgres = EmbeddedPostgres.start(directory.resolve("postgres"), Path.of("target/postgres-binaries"));
    }

    /** A process and the port at which it is asked. */
    record Member(ChildProcess process, int port) {}

    Member service(String name) throws IOException {
        int port = freePort();
        return start("command-service", name, port, """
                http: {port: %d}
                ops: {port: 0}
                instance: {id: %s}
                admin: {password: %s}
                database: {url: "%s", user: %s, password: "%s"}
                kafka: {bootstrap-servers: "%s", replication-factor: 1, partitions: 3, gateway-slots: 4}
                """.formatted(
                port, name, PASSWORD, postgres.url(), postgres.user(), postgres.password(), kafka.bootstrapServers()));
    }

    Member gateway(int slot) throws IOException {
        int port = freePort();
        return start("gateway", "gateway" + slot, port, """
                gateway: {slot: %d, listeners: mqtt, heartbeat: 500ms, lease: 3s}
                mqtt: {port: %d}
                ops: {port: 0}
                kafka: {bootstrap-servers: "%s", replication-factor: 1, partitions: 3, gateway-slots: 4}
                """.formatted(slot, port, kafka.bootstrapServers()));
    }

    private Member start(String kind, String name, int port, String settings) throws IOException {
        Path file = directory.resolve(name + ".yaml");
        Files.writeString(file, settings);
        return new Member(
                ChildProcess.start(Millrace.class, SMALL, List.of(kind, "--config", file.toString()), "ready"), port);
    }

    /** Of now; nobody else is likely to take it before the process does. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        postgres.close();
        kafka.close();
    }
}
