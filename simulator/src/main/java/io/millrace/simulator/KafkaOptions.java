package io.millrace.simulator;

import io.millrace.simulator.ledger.KafkaWatch;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the command line says about the Kafka to check against. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class KafkaOptions {
    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            description = "Check against this Kafka what was acknowledged: lost, duplicated, reordered.")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--kafka-topic",
            paramLabel = "NAME",
            defaultValue = "telemetry",
            description = "Topic of the readings, with its prefix if it has one; default ${DEFAULT-VALUE}.")
    private String topic;

    @Option(
            names = "--kafka-properties",
            paramLabel = "FILE",
            description = "Properties of the Kafka client (security.protocol, sasl.…, ssl.…).")
    private @Nullable Path properties;

    /** Watches from now on; empty if no Kafka is named. */
    Optional<KafkaWatch> watch(SimulatorConfig config) throws IOException {
        if (bootstrapServers == null) {
            return Optional.empty();
        }
        Map<String, String> settings = new HashMap<>();
        if (properties != null) {
            Properties read = new Properties();
            try (Reader reader = Files.newBufferedReader(properties)) {
                read.load(reader);
            }
            read.stringPropertyNames().forEach(name -> settings.put(name, read.getProperty(name)));
        }
        try {
            return Optional.of(new KafkaWatch(
                    bootstrapServers,
                    settings,
                    topic,
                    config.groups().stream()
                            .flatMap(group -> group.devices().stream())
                            .map(DeviceCredentials::deviceId)
                            .toList()));
        } catch (KafkaException unreachable) {
            throw new IOException("--kafka: " + bootstrapServers + ": " + unreachable.getMessage(), unreachable);
        }
    }
}
