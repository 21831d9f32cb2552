package io.millrace.standalone;

import io.millrace.runtime.process.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace up}: everything in this process, until a signal. */
@Command(
        name = "up",
        description = "Run everything in one process, on embedded Kafka and PostgreSQL.",
        sortOptions = false)
final class UpCommand implements Callable<Integer> {
    private static final int LARGEST_PORT = 65535;
    private static final Duration STOP_WITHIN = Duration.ofMillis(9_500);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "./data",
            description = "Where data are kept (${DEFAULT-VALUE}).")
    private Path data = Path.of("data");

    @Option(
            names = "--rules",
            paramLabel = "DIR",
            description = "Directory of rule files (default: DATA/rules, with examples at first start).")
    private @Nullable Path rules;

    @Option(
            names = "--simulate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Also run N simulated ESP32 boards.")
    private int simulate;

    @Option(
            names = "--simulate-interval",
            paramLabel = "DURATION",
            defaultValue = "15s",
            description = "Time between two readings of a simulated board, e.g. 500ms, 15s (${DEFAULT-VALUE}).")
    private String simulateInterval = "15s";

    @Option(
            names = "--allow-anonymous",
            description =
                    "Let devices in without a password, their client id is their identity. For local testing only.")
    private boolean allowAnonymous;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Address to listen on, 0.0.0.0 for all (${DEFAULT-VALUE}).")
    private String host = "127.0.0.1";

    @Option(
            names = "--mqtt-port",
            paramLabel = "PORT",
            defaultValue = "${env:MILLRACE_MQTT_PORT:-1883}",
            description = "MQTT (${DEFAULT-VALUE}); each port takes 0 for any free one.")
    private int mqttPort;

    @Option(
            names = "--ws-port",
            paramLabel = "PORT",
            defaultValue = "${env:MILLRACE_MQTT_WEBSOCKET_PORT:-8083}",
            description = "MQTT over WebSocket (${DEFAULT-VALUE}).")
    private int webSocketPort;

    @Option(
            names = "--gateway-http-port",
            paramLabel = "PORT",
            defaultValue = "8081",
            description = "Device HTTP (${DEFAULT-VALUE}).")
    private int gatewayHttpPort;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            defaultValue = "${env:MILLRACE_HTTP_PORT:-8080}",
            description = "REST (${DEFAULT-VALUE}).")
    private int httpPort;

    @Option(
            names = "--ops-port",
            paramLabel = "PORT",
            defaultValue = "${env:MILLRACE_OPS_PORT:-9100}",
            description = "Health and metrics (${DEFAULT-VALUE}).")
    private int opsPort;

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            defaultValue = "9092",
            description = "Embedded Kafka (${DEFAULT-VALUE}).")
    private int kafkaPort;

    @Override
    public Integer call() throws InterruptedException {
        UpConfig config = config();
        requireRules();
        DataDirectory directory = DataDirectory.open(config.data());
        try {
            run(config);
        } finally {
            directory.close();
        }
        return ExitCode.GOOD;
    }

    private static void run(UpConfig config) throws InterruptedException {
        System.setProperty("millrace.log", config.logFile().toString());
        System.setProperty("logback.configurationFile", "logback-up.xml");
        Terminal terminal = Terminal.standard();
        TerminalAppender.attach(terminal);
        CountDownLatch stopped = new CountDownLatch(1);
        long begin = System.nanoTime();
        try (Standalone standalone = new Standalone(config)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(standalone, terminal, stopped), "stop"));
            terminal.println("Starting Millrace in " + config.data() + " ...");
            standalone.start();
            standalone.hints().forEach(terminal::println);
            terminal.println("ready");
            terminal.println(
                    String.format(Locale.ROOT, "(after %.1f s; Ctrl-C stops it)", (System.nanoTime() - begin) / 1e9));
            try (StatusLine status = new StatusLine(standalone, terminal)) {
                status.start();
                stopped.await();
            }
        }
    }

    private static void stop(Standalone standalone, Terminal terminal, CountDownLatch stopped) {
        terminal.endStatus();
        if (standalone.isRunning()) {
            Thread watchdog = new Thread(() -> endUnless(stopped, terminal), "stop-watchdog");
            watchdog.setDaemon(true);
            watchdog.start();
            terminal.println("Stopping ...");
            standalone.finalReport().forEach(terminal::println);
            standalone.close();
            terminal.println("stopped");
        }
        stopped.countDown();
    }

    /** Whatever hangs, a stop has an end: what was acknowledged is in Kafka's log and survives. */
    private static void endUnless(CountDownLatch stopped, Terminal terminal) {
        try {
            if (!stopped.await(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                terminal.println("not stopped after " + STOP_WITHIN.toMillis() + " ms, ended at once");
                Runtime.getRuntime().halt(ExitCode.FAILED);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private UpConfig config() {
        for (int port : new int[] {mqttPort, webSocketPort, gatewayHttpPort, httpPort, opsPort, kafkaPort}) {
            if (port < 0 || port > LARGEST_PORT) {
                throw usage("port " + port + " (expected 0 to " + LARGEST_PORT + ")");
            }
        }
        try {
            return new UpConfig(
                    data.toAbsolutePath().normalize(),
                    Optional.ofNullable(rules).map(Path::toAbsolutePath),
                    host,
                    mqttPort,
                    webSocketPort,
                    gatewayHttpPort,
                    httpPort,
                    opsPort,
                    kafkaPort,
                    allowAnonymous,
                    simulate,
                    interval(),
                    Optional.ofNullable(System.getenv("MILLRACE_ADMIN_PASSWORD")));
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private Duration interval() {
        if (!simulateInterval.matches("[1-9]\\d{0,6}(ms|s|m)")) {
            throw usage("--simulate-interval " + simulateInterval + " (expected a duration such as 500ms or 15s)");
        }
        return simulateInterval.endsWith("ms")
                ? Duration.ofMillis(Long.parseLong(simulateInterval.replace("ms", "")))
                : Duration.parse("PT" + simulateInterval);
    }

    private void requireRules() {
        Path asked = rules;
        if (asked != null && !(Files.isDirectory(asked) && Files.isReadable(asked))) {
            throw usage("--rules " + asked + ": " + (Files.exists(asked) ? "cannot be read" : "is not there")
                    + " (expected a directory of rule files)");
        }
    }

    private ParameterException usage(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }
}
