package io.millrace.faults;

import io.millrace.embedded.CutWire;
import io.millrace.embedded.EmbeddedPostgres;
import io.millrace.embedded.FreePort;
import io.millrace.embedded.KafkaNode;
import io.millrace.standalone.Millrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gateways, rule engines and command services as {@code millrace} starts them, Kafka brokers and a PostgreSQL, each a process of its
 * own, behind one {@link LoadBalancer}. What a test has killed is started again by {@link #mend}.
 */
final class Cluster implements AutoCloseable {
    static final int GATEWAYS = 4;
    static final Duration LEASE = Duration.ofSeconds(3);
    private static final String PASSWORD = "admin-password";

    /** Quick to start; a heap for thousands of devices. */
    private static final List<String> SMALL =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private static final String RULES = """
            defaults:
              limits: {per_device: 1000/1s, per_rule: 1000000/1s, max_devices: 1000000}
            rules:
              - rule: tenth
                expr: messageId % EVERY == 0
                send: "TENTH ${messageId}"
            """;

    final List<Member> brokers = new ArrayList<>();
    final List<Member> gateways = new ArrayList<>();
    final List<Member> engines = new ArrayList<>();
    final List<Member> services = new ArrayList<>();
    /** Between the services and PostgreSQL. */
    final CutWire database;

    final LoadBalancer balancer;
    private final List<LoadBalancer.Server> doors = new ArrayList<>();
    private final Path directory;
    private final EmbeddedPostgres postgres;
    final int ruleEvery;
    private final List<KafkaNode> nodes = new ArrayList<>();

    /** With a rule that sends a command for every tenth reading. */
    Cluster(Path directory, int kafka, int others) throws IOException {
        this(directory, kafka, others, 10);
    }

    /**
     * @param kafka how many brokers
     * @param others how many rule engines, and how many command services
     * @param ruleEvery for which of a board's readings the rule sends a command
     */
    Cluster(Path directory, int kafka, int others, int ruleEvery) throws IOException {
        this.directory = directory;
        this.ruleEvery = ruleEvery;
        for (int id = 1; id <= kafka; id++) {
            nodes.add(new KafkaNode(id, FreePort.find(), FreePort.find()));
        }
        nodes.forEach(this::broker);
        Files.writeString(
                Files.createDirectories(directory.resolve("rules")).resolve("load.rules.yaml"),
                RULES.replace("EVERY", Integer.toString(ruleEvery)));
        CompletableFuture<Void> kafkaStarts = CompletableFuture.runAsync(() -> start(brokers.stream()));
        postgres = EmbeddedPostgres.start(directory.resolve("postgres"), Path.of("target/postgres-binaries"));
        database = new CutWire(postgres.port());
        kafkaStarts.join();
        List<LoadBalancer.Server> desks = new ArrayList<>();
        for (int i = 0; i < GATEWAYS; i++) {
            gateway(i);
        }
        for (int i = 0; i < others; i++) {
            desks.add(service(i));
            engine(i);
        }
        balancer = new LoadBalancer(directory, doors, desks);
        mend();
    }

    private void broker(KafkaNode self) {
        List<String> arguments = new ArrayList<>(
                List.of(directory.resolve("kafka" + self.id()).toString(), Integer.toString(self.id())));
        nodes.forEach(node -> arguments.add(node.port() + ":" + node.controllerPort()));
        brokers.add(new Member("kafka" + self.id(), KafkaProcess.class, SMALL, arguments));
    }

    private void gateway(int slot) throws IOException {
        var server = new LoadBalancer.Server(FreePort.find(), FreePort.find());
        doors.add(server);
        gateways.add(millrace(
                "gateway", "gateway" + slot, """
                gateway: {slot: %d, listeners: mqtt, heartbeat: 500ms, lease: %dms}
                mqtt: {port: %d}
                ops: {port: %d}
                """.formatted(slot, LEASE.toMillis(), server.port(), server.opsPort())));
    }

    private LoadBalancer.Server service(int number) throws IOException {
        var server = new LoadBalancer.Server(FreePort.find(), FreePort.find());
        services.add(millrace("command-service", "service" + number, """
                http: {port: %d}
                ops: {port: %d}
                instance: {id: service%d}
                admin: {password: %s}
                database: {url: "%s", user: %s, password: "%s"}
                """.formatted(
                        server.port(),
                        server.opsPort(),
                        number,
                        PASSWORD,
                        postgres.url().replace(":" + postgres.port(), ":" + database.port()),
                        postgres.user(),
                        postgres.password())));
        return server;
    }

    private void engine(int number) throws IOException {
        engines.add(millrace("rule-engine", "engine" + number, """
                ops: {port: 0}
                rules: {path: "%s", instance-id: engine%d, state-dir: "%s", session-timeout: 6s}
                """.formatted(
                        directory.resolve("rules"), number, directory.resolve("state" + number))));
    }

    private Member millrace(String kind, String name, String settings) throws IOException {
        Path file = Files.writeString(
                directory.resolve(name + ".yaml"), settings + """
                kafka: {bootstrap-servers: "%s", replication-factor: %d, partitions: 4, gateway-slots: 4}
                """.formatted(bootstrapServers(), nodes.size()));
        return new Member(name, Millrace.class, SMALL, List.of(kind, "--config", file.toString()));
    }

    String bootstrapServers() {
        return nodes.stream().map(node -> "127.0.0.1:" + node.port()).collect(Collectors.joining(","));
    }

    /** Of a gateway, past the balancer. */
    int mqttPort(int slot) {
        return doors.get(slot).port();
    }

    Api api() throws IOException, InterruptedException {
        return new Api(balancer.httpPort(), PASSWORD);
    }

    /** Starts what does not run, all at once; returns when it is ready. */
    void mend() {
        start(brokers.stream());
        database.mend();
        start(all());
    }

    private static void start(Stream<Member> members) {
        CompletableFuture<?>[] starts = members.filter(member -> !member.isAlive())
                .map(member -> CompletableFuture.runAsync(member::start))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(starts).join();
    }

    private Stream<Member> all() {
        return Stream.of(services, gateways, engines).flatMap(List::stream);
    }

    @Override
    public void close() throws IOException {
        balancer.close();
        all().forEach(Member::close);
        database.close();
        postgres.close();
        brokers.forEach(Member::close);
    }
}
