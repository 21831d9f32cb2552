package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.embedded.ChildProcess;
import io.millrace.embedded.CutWire;
import io.millrace.embedded.EmbeddedPostgres;
import io.millrace.embedded.FreePort;
import io.millrace.embedded.TestKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;

/**
 * Two command services and two gateways, each a process of its own as {@code millrace} starts it, on one Kafka and one PostgreSQL. What a
 * test has killed is started again by {@link #mend}.
 */
final class Cluster implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(40);

    static {
        // Others build and test beside us.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    private static final String PASSWORD = "admin-password";
    private static final int EACH = 2;
    private static final List<String> SMALL = List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final Path directory;
    private final TestKafka kafka;
    private final EmbeddedPostgres postgres;
    /** Between the services and PostgreSQL. */
    final CutWire wire;

    private final Map<Integer, Member> services = new ConcurrentHashMap<>();
    private final Map<Integer, Member> gateways = new ConcurrentHashMap<>();

    Cluster(Path directory) throws IOException {
        this.directory = directory;
        kafka = TestKafka.start(directory.resolve("kafka"));
        postgres = EmbeddedPostgres.start(directory.resolve("postgres"), Path.of("target/postgres-binaries"));
        wire = new CutWire(postgres.port());
        mend();
    }

    /** A process and the port at which it is asked. */
    record Member(ChildProcess process, int port) {
        /** Asked to end; returns when it has. */
        void stop() throws IOException, InterruptedException {
            process.signal("TERM");
            await().atMost(LONG).until(() -> !process.isAlive());
        }

        void kill() {
            process.close();
        }
    }

    Member service(int number) {
        return member(services, number);
    }

    /** In the slot of that number. */
    Member gateway(int slot) {
        return member(gateways, slot);
    }

    private static Member member(Map<Integer, Member> members, int number) {
        return Optional.ofNullable(members.get(number)).orElseThrow();
    }

    /** Starts what does not run, all at once. */
    void mend() {
        List<CompletableFuture<Void>> starts = new ArrayList<>();
        for (int i = 0; i < EACH; i++) {
            int number = i;
            starts.add(CompletableFuture.runAsync(() -> mend(services, number, this::startService)));
            starts.add(CompletableFuture.runAsync(() -> mend(gateways, number, this::startGateway)));
        }
        starts.forEach(CompletableFuture::join);
    }

    @FunctionalInterface
    private interface Start {
        Member start(int number) throws IOException;
    }

    private static void mend(Map<Integer, Member> members, int number, Start start) {
        Member member = members.get(number);
        if (member == null || !member.process().isAlive()) {
            try {
                members.put(number, start.start(number));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Member startService(int number) throws IOException {
        int port = FreePort.find();
        String name = "service" + number;
        return start("command-service", name, port, """
                http: {port: %d}
                ops: {port: 0}
                instance: {id: %s}
                admin: {password: %s}
                webhooks: {reach: loopback}
                database: {url: "%s", user: %s, password: "%s"}
                kafka: {bootstrap-servers: "%s", replication-factor: 1, partitions: 3, gateway-slots: 4}
                """.formatted(
                        port,
                        name,
                        PASSWORD,
                        postgres.url().replace(":" + postgres.port(), ":" + wire.port()),
                        postgres.user(),
                        postgres.password(),
                        kafka.bootstrapServers()));
    }

    private Member startGateway(int slot) throws IOException {
        int port = FreePort.find();
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

    /** As an admin of that service. */
    Rest rest(int service) {
        return Rest.of(service(service).port(), "admin", PASSWORD);
    }

    /** The new device's secret. */
    static String register(Rest rest, String id) {
        return rest.post("/devices", "{\"id\":\"" + id + "\"}", 201)
                .get("secret")
                .asText();
    }

    /** The command's id. */
    static String send(Rest rest, String id, String payload) {
        return rest.post("/devices/" + id + "/commands", "{\"payload\":\"" + payload + "\"}", 202)
                .get("commandId")
                .asText();
    }

    static void awaitStatus(Rest rest, String command, String status) {
        await().atMost(LONG).untilAsserted(() -> assertThat(
                        rest.get("/commands/" + command).get("status").asText())
                .isEqualTo(status));
    }

    static void awaitReadyOn(Rest rest, String id, int slot) {
        await().atMost(LONG).untilAsserted(() -> {
            JsonNode presence = rest.get("/devices/" + id).get("presence");
            assertThat(presence.path("ready").asBoolean()).isTrue();
            assertThat(presence.path("gateway").asInt()).isEqualTo(slot);
        });
    }

    @Override
    public void close() throws IOException {
        gateways.values().forEach(Member::kill);
        services.values().forEach(Member::kill);
        wire.close();
        postgres.close();
        kafka.close();
    }
}
