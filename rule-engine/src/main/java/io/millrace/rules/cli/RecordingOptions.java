package io.millrace.rules.cli;

import io.millrace.rules.backtest.RecordedFile;
import io.millrace.rules.backtest.RecordedTopic;
import io.millrace.rules.backtest.Recording;
import io.millrace.rules.backtest.RegistryTopic;
import io.millrace.rules.cli.RuleArguments.Unusable;
import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.expression.Durations;
import io.millrace.runtime.process.ExitCode;
import io.millrace.schemas.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where recorded telemetry comes from, a file or a topic, and who the devices in it are. */
final class RecordingOptions {

    private static final String TELEMETRY = "telemetry";

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Source source;

    /** One of two. */
    static final class Source {
        @Option(names = "--from", paramLabel = "FILE", description = "The recording.", required = true)
        private @Nullable Path file;

        @Option(
                names = "--kafka",
                paramLabel = "HOST:PORT",
                description = "Brokers to ask first, comma between.",
                required = true)
        private @Nullable String kafka;
    }

    @Option(names = "--topic", paramLabel = "TOPIC", description = "With --kafka; default telemetry.")
    private @Nullable String topic;

    @Option(
            names = "--since",
            paramLabel = "DURATION",
            description = "With --kafka: how far back to begin; default 7d.")
    private @Nullable String since;

    @Option(
            names = "--kafka-property",
            paramLabel = "KEY=VALUE",
            description = "With --kafka: of the connection (SASL, TLS); may be repeated.")
    private Map<String, String> properties = new HashMap<>();

    @Mixin
    private final RegistryOption registry = new RegistryOption();

    @Option(
            names = "--registry-topic",
            paramLabel = "TOPIC",
            description =
                    "With --kafka and without --registry; default device-registry, with the prefix that TOPIC has.")
    private @Nullable String registryTopic;

    /** Not read yet. */
    Recording open() throws Unusable {
        if (source.kafka != null) {
            Duration back = Durations.parse(since == null ? "7d" : since)
                    .orElseThrow(() -> new Unusable(
                            ExitCode.WRONG_USAGE, "--since " + since + " is not a duration (write 12h, 7d or 1h30m)"));
            try {
                return new RecordedTopic(
                        connection(source.kafka), topic(), System.currentTimeMillis() - back.toMillis());
            } catch (IllegalArgumentException wrong) {
                throw new Unusable(ExitCode.WRONG_USAGE, "--kafka " + source.kafka + ": " + wrong.getMessage());
            }
        }
        if (since != null || topic != null || registryTopic != null || !properties.isEmpty()) {
            throw new Unusable(
                    ExitCode.WRONG_USAGE,
                    "--since, --topic, --registry-topic and --kafka-property go with --kafka, not with --from");
        }
        try {
            return new RecordedFile(Objects.requireNonNull(source.file));
        } catch (IOException unreadable) {
            throw new Unusable(ExitCode.WRONG_USAGE, "cannot read " + Paths.reason(unreadable));
        }
    }

    /** What the devices are: as a file says, else as the registry says now. */
    Map<String, DeviceAttributes> registered() throws Unusable, IOException {
        Optional<Map<String, DeviceAttributes>> file = registry.read();
        if (file.isPresent() || source.kafka == null) {
            return file.orElse(Map.of());
        }
        String telemetry = topic();
        String prefix =
                telemetry.endsWith(TELEMETRY) ? telemetry.substring(0, telemetry.length() - TELEMETRY.length()) : "";
        return RegistryTopic.read(
                connection(source.kafka), registryTopic != null ? registryTopic : new Topics(prefix).deviceRegistry());
    }

    private String topic() {
        return topic == null ? TELEMETRY : topic;
    }

    private Map<String, String> connection(String brokers) {
        Map<String, String> all = new HashMap<>(properties);
        all.put("bootstrap.servers", brokers);
        return all;
    }
}
