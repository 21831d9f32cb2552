package io.millrace.rules.engine;

import io.millrace.embedded.ChildProcess;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.KafkaTopics;
import io.millrace.schemas.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A broker in a process of its own, so that what the engine takes can be told from what Kafka takes. */
final class BenchBroker {
    private static final String READY = "ready";

    private BenchBroker() {}

    /** Returns when its topics hold that many readings; {@link ChildProcess#said} are the bootstrap servers. */
    static ChildProcess start(Path data, int partitions, int devices, long readings) throws IOException {
        return ChildProcess.start(
                BenchBroker.class, List.of(data.toString(), "" + partitions, "" + devices, "" + readings), READY);
    }

    /** Ends with its standard input. */
    public static void main(String[] args) throws Exception {
        int partitions = Integer.parseInt(args[1]);
        try (EmbeddedKafka broker = EmbeddedKafka.start(Path.of(args[0]), 0)) {
            KafkaSettings kafka = settings(broker.bootstrapServers(), partitions);
            Topics topics = new Topics(kafka.topicPrefix());
            KafkaTopics.create(
                    kafka, topics.all(partitions, kafka.slots(), (short) kafka.replicationFactor(), kafka.retention()));
            fill(kafka, topics.telemetry(), new BenchFleet(Integer.parseInt(args[2])), Long.parseLong(args[3]));
            System.out.println(READY + " " + broker.bootstrapServers());
            while (System.in.read() >= 0) {}
        }
    }

    private static KafkaSettings settings(String bootstrapServers, int partitions) {
        return KafkaSettings.of(Settings.builder()
                .override("kafka.bootstrap-servers", bootstrapServers)
                .override("kafka.partitions", "" + partitions)
                .override("kafka.gateway-slots", "4")
                .override("kafka.replication-factor", "1")
                .build());
    }

    /** The last one is of now. */
    private static void fill(KafkaSettings kafka, String telemetry, BenchFleet fleet, long readings) {
        long begin = System.currentTimeMillis() - fleet.time(readings);
        try (var producer = new KafkaProducer<byte[], byte[]>(
                kafka.producer("fill", Map.of("linger.ms", 20, "batch.size", 256 << 10)))) {
            for (long i = 0; i < readings; i++) {
                var unused = producer.send(
                        new ProducerRecord<>(telemetry, null, begin + fleet.time(i), fleet.key(i), fleet.value(i)));
            }
        }
    }
}
