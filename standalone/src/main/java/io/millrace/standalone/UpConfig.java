package io.millrace.standalone;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What {@code millrace up} was asked for. A port of 0 takes any free one.
 *
 * @param data kept between starts: Kafka's log, PostgreSQL's tables, our log file
 * @param rules directory of rule files; empty = {@code rules} in the data directory, filled with the shipped ones at first
 * @param host on which everything but the embedded Kafka and PostgreSQL listens; those stay on loopback
 * @param simulate how many simulated devices to run, 0 for none
 * @param simulateInterval between two readings of a simulated device
 */
record UpConfig(
        Path data,
        Optional<Path> rules,
        String host,
        int mqttPort,
        int webSocketPort,
        int gatewayHttpPort,
        int httpPort,
        int opsPort,
        int kafkaPort,
        boolean allowAnonymous,
        int simulate,
        Duration simulateInterval,
        Optional<String> adminPassword) {
    UpConfig {
        if (simulate < 0 || simulate > 60_000) {
            throw new IllegalArgumentException("--simulate " + simulate + " (expected 0 to 60000 devices)");
        }
    }

    Path kafkaData() {
        return data.resolve("kafka");
    }

    Path postgresData() {
        return data.resolve("postgres");
    }

    Path postgresPrograms() {
        return data.resolve("postgres-programs");
    }

    Path rulesDirectory() {
        return rules.orElse(data.resolve("rules"));
    }

    Path logFile() {
        return data.resolve("millrace.log");
    }
}
