package io.millrace.rules.cli;

import io.millrace.rules.distribution.RuleDesk;
import io.millrace.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where the fleet's Kafka is. Mixed into the commands that concern running rules. */
final class Brokers {

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            description = "Brokers to ask first, comma between; default ${DEFAULT-VALUE}.")
    private String servers = "127.0.0.1:9092";

    @Option(names = "--topic-prefix", paramLabel = "PREFIX", description = "Of all topics, as kafka.topic-prefix says.")
    private String prefix = "";

    @Option(
            names = "--kafka-property",
            paramLabel = "KEY=VALUE",
            description = "Of the connection (SASL, TLS); may be repeated.")
    private Map<String, String> properties = new HashMap<>();

    RuleDesk desk() {
        return new RuleDesk(new KafkaSettings(servers, prefix, false, 1, 1, 1, Duration.ofDays(1), properties));
    }
}
