package io.millrace.rules.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.embedded.EmbeddedKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Not a test: from a reading given to a producer to its command read from {@code commands}, all in this JVM, every reading a
 * command. Arguments: readings a second, seconds.
 */
public final class ReactionBench {

    private ReactionBench() {}

    public static void main(String[] args) throws Exception {
        int rate = args.length > 0 ? Integer.parseInt(args[0]) : 200;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        Path data = Files.createTempDirectory("reaction");
        try (EmbeddedKafka kafka = EmbeddedKafka.start(data.resolve("kafka"), 0);
                EngineOnKafka engine = new EngineOnKafka(kafka.bootstrapServers(), "bench", data.resolve("rules"))) {
            engine.rules(
                            "fan.yaml",
                            "rules: [{rule: fan, expr: temperature > 30, send: ON, on_resolved: [{send: OFF}]}]")
                    .start();
            for (int round = 0; round < 3; round++) {
                measure(engine, rate, seconds, round * rate * seconds);
            }
        }
    }

    private static void measure(EngineOnKafka engine, int rate, int seconds, int firstId) throws Exception {
        int count = rate * seconds;
        long[] sentAt = new long[count];
        List<TopicPartition> partitions = IntStream.range(0, EngineOnKafka.PARTITIONS)
                .mapToObj(p -> new TopicPartition(engine.topics.commands(), p))
                .toList();
        try (var producer = new KafkaProducer<byte[], byte[]>(engine.kafka.producer("bench", Map.of("linger.ms", 0)));
                var consumer = new KafkaConsumer<byte[], byte[]>(engine.kafka.consumer("bench", Map.of()))) {
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(partition -> consumer.position(partition));
            long[] took = new long[count];
            Thread reader = new Thread(() -> {
                int[] next = new int[100];
                for (int got = 0; got < count; ) {
                    for (var record : consumer.poll(Duration.ofMillis(100))) {
                        int device = Integer.parseInt(new String(record.key(), UTF_8).substring(1));
                        int reading = next[device]++ * 100 + device;
                        took[reading] = System.nanoTime() - sentAt[reading];
                        got++;
                    }
                }
            });
            reader.start();
            long begin = System.nanoTime();
            for (int i = 0; i < count; i++) {
                long due = begin + i * 1_000_000_000L / rate;
                while (System.nanoTime() < due) {
                    java.util.concurrent.locks.LockSupport.parkNanos(due - System.nanoTime());
                }
                sentAt[i] = System.nanoTime();
                var unused = producer.send(new ProducerRecord<>(
                        engine.topics.telemetry(),
                        ("d" + i % 100).getBytes(UTF_8),
                        ("{\"messageId\":" + (firstId + i) + ",\"temperature\":" + (i / 100 % 2 == 0 ? 31 : 20) + "}")
                                .getBytes(UTF_8)));
            }
            reader.join();
            Arrays.sort(took);
            System.out.printf(
                    "%d readings at %d/s: p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, max %.1f ms%n",
                    count,
                    rate,
                    took[count / 2] / 1e6,
                    took[count * 9 / 10] / 1e6,
                    took[count * 99 / 100] / 1e6,
                    took[count - 1] / 1e6);
        }
    }
}
