package io.millrace.simulator;

import io.millrace.simulator.scenario.SourceAddresses;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IllegalFormatException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the command line says about a fleet of boards that are all alike, for which nobody wants to write a scenario. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class FleetOptions {
    private static final int USUAL_DEVICES = 20;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The server: mqtt, mqtts, ws, wss, http or https; default mqtt://127.0.0.1:1883.")
    private @Nullable URI url;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "Certificates in PEM to check TLS servers against: that of --url, and those of --api and"
                    + " --provision, which may also have one that Java knows.")
    private @Nullable Path ca;

    @Option(
            names = "--source",
            paramLabel = "ADDRESS",
            split = ",",
            description = "Addresses of this host to connect from in turn, as 127.0.0.1-4: one has ports for 28,000"
                    + " connections.")
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
    private double connectRate;

    @Option(
            names = "--reconnect-after",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "Wait after a lost or refused connection; default ${DEFAULT-VALUE}, as esp-mqtt does.")
    private Duration reconnectAfter;

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

    /** Of the server of devices, and of those that they are registered at. */
    Optional<Path> ca() {
        return Optional.ofNullable(ca);
    }

    /** The server that was named, if one was. */
    Optional<ServerAddress> server() {
        if (url == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(ServerAddress.of(url, ca()));
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("--url: " + wrong.getMessage(), wrong);
        }
    }

    /** Registers the devices, if that is asked for. */
    SimulatorConfig config(AccessOptions access) throws IOException, InterruptedException {
        ServerAddress server =
                server().orElse(new ServerAddress(Transport.MQTT, "127.0.0.1", Transport.MQTT.defaultPort(), "", ca()));
        DeviceBehaviour behaviour = DeviceBehaviour.DEFAULT
                .withInterval(interval)
                .withJitter(jitter)
                .withQos(qos)
                .withTimeScale(timeScale)
                .withReportOnCommand(!noReportOnCommand)
                .withAnswerPlainCommands(answerPlain);
        EspTimings timings = EspTimings.DEFAULT.withReconnectAfter(reconnectAfter);
        List<String> addresses = sourceAddresses();
        return new SimulatorConfig(
                List.of(new FleetGroup("boards", server, devices(access), behaviour, Duration.ZERO)),
                connectRate,
                timings,
                addresses,
                seed);
    }

    private List<String> sourceAddresses() {
        List<String> addresses = new ArrayList<>();
        for (String source : sources) {
            addresses.addAll(SourceAddresses.parse(source)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "--source: " + source + " (expected " + SourceAddresses.EXPECTED + ")")));
        }
        return addresses;
    }

    private List<DeviceCredentials> devices(AccessOptions access) throws IOException, InterruptedException {
        if (devices != null && devices < 1) {
            throw new IllegalArgumentException("--devices: " + devices + " (expected at least 1)");
        }
        access.check();
        return access.credentialsFile().isPresent()
                ? fromFile(access.credentialsFile().get())
                : access.credentials(ids(devices == null ? USUAL_DEVICES : devices), ca());
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
}
