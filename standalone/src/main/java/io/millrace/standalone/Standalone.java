package io.millrace.standalone;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.commands.CommandService;
import io.millrace.commands.CommandServiceConfig;
import io.millrace.gateway.Gateway;
import io.millrace.gateway.GatewayConfig;
import io.millrace.rules.engine.RuleEngine;
import io.millrace.rules.engine.RuleEngineConfig;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.KafkaTopics;
import io.millrace.runtime.ops.Health;
import io.millrace.runtime.process.ServiceProcess;
import io.millrace.runtime.process.ServiceProcess.OpsConfig;
import io.millrace.runtime.process.StartException;
import io.millrace.schemas.Role;
import io.millrace.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * All of Millrace in one process: the whole wiring of {@code millrace up}. Started on the caller's thread; may be closed by
 * another, also while it starts.
 */
final class Standalone implements AutoCloseable {
    /** Enough for one process, and few enough that a laptop does not notice. Fixed: a change would move devices. */
    private static final int PARTITIONS = 4;

    private static final int GATEWAY_SLOTS = 8;
    /** Name of the key that the command line uses on this machine. */
    private static final String COMMAND_LINE = "command-line";

    private static final Duration READY_WITHIN = Duration.ofSeconds(60);

    private final UpConfig config;
    private final CountDownLatch closing = new CountDownLatch(1);
    /** How what has been opened is closed, the last first. */
    private final Deque<Runnable> opened = new ArrayDeque<>();

    private Optional<Running> running = Optional.empty();

    /** What there is once it runs. */
    private record Running(
            Backbone backbone,
            ServiceProcess process,
            CommandService commands,
            Gateway gateway,
            Access access,
            Optional<SimulatedBoards> boards) {}

    Standalone(UpConfig config) {
        this.config = config;
    }

    /**
     * Returns once every part is ready.
     *
     * @throws StartException for what a person can mend: a port in use, a rules directory that cannot be read
     */
    synchronized void start() {
        Ports.requireFree(config);
        try {
            ServiceProcess process =
                    new ServiceProcess(new OpsConfig(config.host(), config.opsPort(), Optional.empty()));
            opened.push(process::close);
            Backbone backbone = Backbone.start(config);
            // Below the services, which need it to the last.
            opened.pop();
            opened.push(backbone::close);
            opened.push(process::close);
            start(backbone, process);
        } catch (RuntimeException e) {
            closeAll();
            throw e;
        }
    }

    private void start(Backbone backbone, ServiceProcess process) {
        MeterRegistry meters = process.registry();
        Health health = process.health();
        Clock clock = Clock.systemUTC();
        ShippedRules.install(config);
        createTopics(backbone);

        CommandService commands = new CommandService(
                configured(CommandServiceConfig::of, backbone, commandSettings(backbone, process)),
                meters,
                health,
                clock);
        Gateway gateway =
                new Gateway(configured(GatewayConfig::of, backbone, gatewaySettings()), meters, health, clock);
        gateway.offerDrain(process.ops());
        RuleEngine rules =
                new RuleEngine(configured(RuleEngineConfig::of, backbone, ruleSettings()), meters, health, clock);
        rules.offerStatus(process.ops());
        process.startTogether(List.of(commands, gateway, rules));
        awaitReady(health);

        Access access = Access.of(commands.firstAccess());
        new LocalAccess(
                        "http://" + reachable(config.host()) + ":" + commands.httpPort(),
                        commands.firstAccess().renewApiKey(COMMAND_LINE, Role.ADMIN))
                .write(config.data());
        Optional<SimulatedBoards> boards = config.simulate() == 0
                ? Optional.empty()
                : Optional.of(SimulatedBoards.start(config, commands.firstAccess(), gateway.mqttPort()));
        boards.ifPresent(simulated -> opened.push(simulated::close));
        running = Optional.of(new Running(backbone, process, commands, gateway, access, boards));
    }

    /** One for all, before the services ask for it at the same time. */
    private void createTopics(Backbone backbone) {
        KafkaSettings kafka = configured(KafkaSettings::of, backbone, Map.of());
        KafkaTopics.create(
                kafka,
                new Topics(kafka.topicPrefix())
                        .all(kafka.partitions(), kafka.slots(), (short) kafka.replicationFactor(), kafka.retention()));
    }

    /** A service's configuration: what up decides, over the environment, over the defaults. */
    private <C> C configured(Function<Settings, C> read, Backbone backbone, Map<String, Object> decided) {
        Settings.Builder sources = Settings.builder()
                .environment(System.getenv())
                .override("kafka.bootstrap-servers", backbone.kafka().bootstrapServers())
                .override("kafka.partitions", PARTITIONS)
                .override("kafka.gateway-slots", GATEWAY_SLOTS)
                .override("kafka.replication-factor", 1);
        decided.forEach(sources::override);
        Settings settings = sources.build();
        C result = read.apply(settings);
        settings.finish();
        return result;
    }

    private Map<String, Object> commandSettings(Backbone backbone, ServiceProcess process) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "http.host", config.host(),
                "http.port", config.httpPort(),
                "database.url", backbone.postgres().url(),
                "database.user", backbone.postgres().user(),
                "database.password", backbone.postgres().password(),
                "rules.engines",
                        "http://" + reachable(config.host()) + ":"
                                + process.ops().port(),
                "instance.id", "standalone"));
        config.adminPassword().ifPresent(password -> settings.put("admin.password", password));
        if (config.host().startsWith("127.") && !System.getenv().containsKey("MILLRACE_WEBHOOKS_REACH")) {
            // All on one's own machine: a receiver that one tries things with is there too.
            settings.put("webhooks.reach", "loopback");
        }
        return settings;
    }

    /** Where this process finds itself. */
    private static String reachable(String host) {
        if (host.equals("0.0.0.0") || host.equals("::")) {
            return "127.0.0.1";
        }
        return host.contains(":") ? "[" + host + "]" : host;
    }

    private Map<String, Object> gatewaySettings() {
        return Map.of(
                "mqtt.host", config.host(),
                "mqtt.port", config.mqttPort(),
                "mqtt.websocket.port", config.webSocketPort(),
                "http.host", config.host(),
                "http.port", config.gatewayHttpPort(),
                "security.allow-anonymous", config.allowAnonymous());
    }

    private Map<String, Object> ruleSettings() {
        return Map.of(
                "rules.path",
                config.rulesDirectory(),
                "rules.editable",
                true,
                "rules.settle",
                "0s",
                "rules.standby-replicas",
                0,
                "rules.instance-id",
                "standalone");
    }

    private void awaitReady(Health health) {
        long end = System.nanoTime() + READY_WITHIN.toNanos();
        while (!health.notReady().isEmpty()) {
            if (System.nanoTime() > end) {
                throw new StartException(
                        "not ready after " + READY_WITHIN.toSeconds() + " s: " + health.notReady(), null);
            }
            try {
                if (closing.await(20, TimeUnit.MILLISECONDS)) {
                    throw new StartException("stopped before it was ready", null);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StartException("interrupted", e);
            }
        }
    }

    /** What a person is told once everything is ready. */
    List<String> hints() {
        Running now = now();
        return Hints.lines(
                config,
                new Hints.Addresses(
                        config.host(),
                        now.gateway().mqttPort(),
                        now.gateway().webSocketPort(),
                        now.gateway().httpPort(),
                        now.commands().httpPort(),
                        now.process().ops().port(),
                        now.backbone().kafka().bootstrapServers()),
                now.access());
    }

    Activity activity() {
        return Activity.of(now().process().registry());
    }

    /** How quickly commands reach the simulated boards; empty without them, or when none was due lately. */
    Optional<String> recentReaction() {
        return now().boards().flatMap(SimulatedBoards::recentReaction);
    }

    /** What the simulated boards have measured; empty without them. */
    synchronized List<String> finalReport() {
        return running.flatMap(Running::boards).map(SimulatedBoards::report).orElse(List.of());
    }

    Access access() {
        return now().access();
    }

    int mqttPort() {
        return now().gateway().mqttPort();
    }

    int webSocketPort() {
        return now().gateway().webSocketPort();
    }

    int gatewayHttpPort() {
        return now().gateway().httpPort();
    }

    int httpPort() {
        return now().commands().httpPort();
    }

    int opsPort() {
        return now().process().ops().port();
    }

    String bootstrapServers() {
        return now().backbone().kafka().bootstrapServers();
    }

    synchronized boolean isRunning() {
        return running.isPresent();
    }

    private synchronized Running now() {
        return running.orElseThrow(() -> new IllegalStateException("not running"));
    }

    /** Devices first, so that they see a server that says goodbye; Kafka last. A second call does nothing. */
    @Override
    public void close() {
        closing.countDown();
        synchronized (this) {
            if (running.isEmpty()) {
                return;
            }
            running = Optional.empty();
            closeAll();
        }
    }

    private void closeAll() {
        while (!opened.isEmpty()) {
            opened.pop().run();
        }
    }
}
