package io.millrace.simulator;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IllegalFormatException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** `millrace simulate`: turns the command line into a fleet, lets it run and prints what it measured. */
@Command(
        name = "simulate",
        description = "Runs a fleet of simulated ESP32 boards against an MQTT server and reports what they saw.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
public final class SimulateCommand implements Callable<Integer> {
    enum Output {
        text,
        json
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "mqtt://127.0.0.1:1883",
            description = "The server: mqtt, mqtts, ws, wss, http or https; default ${DEFAULT-VALUE}.")
    private URI url;

    @Option(names = "--ca", paramLabel = "FILE", description = "Certificates in PEM to check a TLS server against.")
    private @Nullable Path ca;

    @Option(
            names = "--source",
            paramLabel = "ADDRESS",
            split = ",",
            description = "Addresses of this host to connect from in turn, comma between: above 28,000 devices one has"
                    + " no ports left.")
    private List<String> sources = List.of();

    @Option(
            names = "--devices",
            paramLabel = "N",
            description = "How many devices; default 20, or all of the credentials file.")
    private @Nullable Integer devices;

    @Option(
            names = "--id-pattern",
            paramLabel = "PATTERN",
            defaultValue = "esp32-sim-%05d",
            description = "Device ids, with the number of the device from 1 on; default ${DEFAULT-VALUE}.")
    private String idPattern;

    @Option(
            names = "--username",
            paramLabel = "PATTERN",
            description = "User name, %%s is the device id; without it devices are anonymous.")
    private @Nullable String username;

    @Option(names = "--password", paramLabel = "PATTERN", description = "Password, %%s is the device id.")
    private @Nullable String password;

    @Option(names = "--credentials", paramLabel = "FILE", description = "Devices and secrets, one id:secret a line.")
    private @Nullable Path credentials;

    @Option(
            names = "--api",
            paramLabel = "URL",
            description = "Register the devices at this REST API first, as http://127.0.0.1:8080.")
    private @Nullable URI api;

    @Option(names = "--api-key", paramLabel = "KEY", description = "API key for --api; its role must be admin.")
    private @Nullable String apiKey;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            defaultValue = "15s",
            converter = DurationConverter.class,
            description = "Between two readings of a device, 10ms to 1 day; default ${DEFAULT-VALUE}.")
    private Duration interval;

    @Option(
            names = "--jitter",
            paramLabel = "PART",
            defaultValue = "0",
            description = "How far a single interval may be off, 0 to 1; default ${DEFAULT-VALUE}.")
    private double jitter;

    @Option(
            names = "--qos",
            paramLabel = "QOS",
            defaultValue = "1",
            description = "Of all that devices publish: 0, 1 or 2; default ${DEFAULT-VALUE}.")
    private int qos;

    @Option(
            names = "--time-scale",
            paramLabel = "FACTOR",
            defaultValue = "1",
            description = "How many times faster boards warm and cool, for more crossings of a threshold; default 1.")
    private double timeScale;

    @Option(
            names = "--connect-rate",
            paramLabel = "N",
            defaultValue = "200",
            description = "First connects a second; default ${DEFAULT-VALUE}.")
    private int connectRate;

    @Option(
            names = "--reconnect-after",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "Wait after a lost or refused connection; default ${DEFAULT-VALUE}, as esp-mqtt does.")
    private Duration reconnectAfter;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long; without it until Ctrl-C.")
    private @Nullable Duration duration;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            defaultValue = "0s",
            converter = DurationConverter.class,
            description = "Latencies of this first time are not reported.")
    private Duration warmUp;

    @Option(names = "--answer-plain", description = "Answer commands without an id too, on devices/{id}/responses.")
    private boolean answerPlain;

    @Option(names = "--no-report-on-command", description = "Do not publish a reading at once after a command.")
    private boolean noReportOnCommand;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "For start temperatures and noise; default ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--output", paramLabel = "text|json", defaultValue = "text", description = "Form of the report.")
    private Output output;

    @Override
    public Integer call() throws InterruptedException {
        SimulatorConfig config;
        try {
            config = config();
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()), wrong);
        } catch (IOException failure) {
            spec.commandLine().getErr().println(failure.getMessage());
            return 1;
        }
        SimulationRun run = new SimulationRun(
                config,
                Optional.ofNullable(duration),
                warmUp,
                spec.commandLine().getErr());
        return exitCode(run.run(this::print));
    }

    private void print(SimulatorStats stats) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(output == Output.json ? SimulatorReport.json(stats) : SimulatorReport.text(stats));
        out.flush();
    }

    /** A run in which devices were turned away is not what was asked for. */
    private int exitCode(SimulatorStats stats) {
        if (stats.connects().accepted() == 0) {
            spec.commandLine().getErr().println("No device could connect to " + url);
            return 1;
        }
        return stats.connects().refused() == 0 ? 0 : 1;
    }

    private SimulatorConfig config() throws IOException, InterruptedException {
        ServerAddress server;
        try {
            server = ServerAddress.of(url, Optional.ofNullable(ca));
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("--url: " + wrong.getMessage(), wrong);
        }
        DeviceBehaviour behaviour = DeviceBehaviour.DEFAULT
                .withInterval(interval)
                .withJitter(jitter)
                .withQos(qos)
                .withTimeScale(timeScale)
                .withReportOnCommand(!noReportOnCommand)
                .withAnswerPlainCommands(answerPlain);
        return new SimulatorConfig(
                List.of(new FleetGroup("boards", server, devices(), behaviour, Duration.ZERO)),
                connectRate,
                EspTimings.DEFAULT.withReconnectAfter(reconnectAfter),
                sources,
                seed);
    }

    private List<DeviceCredentials> devices() throws IOException, InterruptedException {
        if (devices != null && devices < 1) {
            throw new IllegalArgumentException("--devices: " + devices + " (expected at least 1)");
        }
        if (credentials != null) {
            if (api != null || username != null || password != null) {
                throw new IllegalArgumentException(
                        "--credentials holds all there is to say about devices (expected no --api, --username, --password)");
            }
            return fromFile(credentials);
        }
        List<String> ids = ids(devices == null ? 20 : devices);
        if (api == null) {
            if (apiKey != null) {
                throw new IllegalArgumentException("--api-key needs --api");
            }
            return ids.stream().map(this::byPattern).toList();
        }
        if (apiKey == null || username != null || password != null) {
            throw new IllegalArgumentException("--api needs --api-key, and no --username or --password");
        }
        if (!"http".equals(api.getScheme()) && !"https".equals(api.getScheme())) {
            throw new IllegalArgumentException("--api: " + api + " (expected http://HOST:PORT)");
        }
        return new Enrolment(api, apiKey).enrol(ids);
    }

    private List<DeviceCredentials> fromFile(Path file) {
        List<DeviceCredentials> all;
        try {
            all = CredentialsFile.read(file);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("--credentials: " + file + " cannot be read: " + unreadable, unreadable);
        }
        int wanted = devices == null ? all.size() : devices;
        if (wanted == 0 || wanted > all.size()) {
            throw new IllegalArgumentException("--credentials: " + file + " holds " + all.size()
                    + " devices (expected at least " + Math.max(1, wanted) + ")");
        }
        return all.subList(0, wanted);
    }

    private List<String> ids(int number) {
        List<String> ids = new ArrayList<>();
        try {
            for (int i = 1; i <= number; i++) {
                ids.add(String.format(idPattern, i));
            }
        } catch (IllegalFormatException wrong) {
            throw new IllegalArgumentException(
                    "--id-pattern: \"" + idPattern + "\" (expected one %d, as in esp32-sim-%05d)", wrong);
        }
        if (number > 1 && ids.get(0).equals(ids.get(1))) {
            throw new IllegalArgumentException(
                    "--id-pattern: \"" + idPattern + "\" gives all devices one id (expected one %d)");
        }
        return ids;
    }

    private DeviceCredentials byPattern(String deviceId) {
        return new DeviceCredentials(
                deviceId,
                Optional.ofNullable(username).map(pattern -> pattern.replace("%s", deviceId)),
                Optional.ofNullable(password).map(pattern -> pattern.replace("%s", deviceId)));
    }
}
