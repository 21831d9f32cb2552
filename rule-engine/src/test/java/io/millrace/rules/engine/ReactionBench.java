package io.millrace.rules.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.embedded.ChildProcess;
import io.millrace.rules.evaluation.EvaluationWorkload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Not a test: from a reading given to a producer to its command read from {@code commands}, while many boards load the engine with
 * readings that move nothing. Broker, engine and this are three processes. Arguments {@code load=} readings a second, {@code
 * devices=} that send them, {@code probes=} readings a second that each make a command, {@code seconds=} a round, {@code rounds=},
 * {@code partitions=}, {@code rules=}; others are settings of the engine.
 */
public final class ReactionBench {

    private static final int PROBES = 2_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final List<String> OPTIONS =
            List.of("-Xmx1g", "-XX:+UseG1GC", "-Duser.language=en", "-Duser.country=US");

    private static final String PROBE_RULE = """
              - rule: probe
                expr: probe > 30
                send: ON
                on_resolved: [{send: OFF}]
                limits: {per_device: 1000/1m, per_rule: 1000000/1m, max_devices: 1000000/1m}
            """;

    private ReactionBench() {}

    public static void main(String[] args) throws Exception {
        Map<String, String> given = new TreeMap<>();
        for (String arg : args) {
            int equals = arg.indexOf('=');
            given.put(arg.substring(0, equals), arg.substring(equals + 1));
        }
        int load = number(given, "load", 75_000);
        BenchFleet fleet = new BenchFleet(number(given, "devices", 10_000));
        int rate = number(given, "probes", 200);
        int seconds = number(given, "seconds", 10);
        int rounds = number(given, "rounds", 4);
        int partitions = number(given, "partitions", 8);
        int rules = number(given, "rules", 100);
        Path data = Files.createTempDirectory("reaction");
        try (ChildProcess broker = BenchBroker.start(data.resolve("kafka"), partitions, 1, 0);
                EngineOnKafka outside = new EngineOnKafka(broker.said(), "", partitions, data.resolve("rules"))) {
            outside.rules("bench.rules.yaml", EvaluationWorkload.rules(rules) + PROBE_RULE);
            Map<String, String> settings = new TreeMap<>(outside.settings("bench"));
            settings.remove("rules.commit-interval");
            settings.putAll(given);
            AtomicBoolean loading = new AtomicBoolean(true);
            Thread loader = new Thread(() -> load(outside, fleet, load, loading), "load");
            ChildProcess engine = EngineProcess.start(settings, OPTIONS);
            loader.start();
            try {
                for (int round = 0; round < rounds; round++) {
                    measure(outside, partitions, load, rate, seconds, round * rate * seconds);
                }
            } finally {
                loading.set(false);
                loader.join();
                engine.close();
            }
        } finally {
            BenchFleet.delete(data);
        }
    }

    private static int number(Map<String, String> given, String name, int otherwise) {
        String value = given.remove(name);
        return value == null ? otherwise : Integer.parseInt(value);
    }

    /** Evenly, a millisecond's share at a time. */
    private static void load(EngineOnKafka outside, BenchFleet fleet, int rate, AtomicBoolean loading) {
        try (var producer = new KafkaProducer<byte[], byte[]>(
                outside.kafka.producer("load", Map.of("linger.ms", 2, "batch.size", 64 << 10)))) {
            long begin = System.nanoTime();
            long sent = 0;
            while (loading.get()) {
                long due = (long) ((System.nanoTime() - begin) / 1e9 * rate);
                for (; sent < due; sent++) {
                    var unused = producer.send(
                            new ProducerRecord<>(outside.topics.telemetry(), fleet.key(sent), fleet.value(sent)));
                }
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private static void measure(EngineOnKafka outside, int partitions, int load, int rate, int seconds, int first)
            throws Exception {
        int count = rate * seconds;
        long[] sentAt = new long[count];
        List<TopicPartition> commands = IntStream.range(0, partitions)
                .mapToObj(p -> new TopicPartition(outside.topics.commands(), p))
                .toList();
        try (var producer = new KafkaProducer<byte[], byte[]>(outside.kafka.producer("probe", Map.of("linger.ms", 0)));
                var consumer = new KafkaConsumer<byte[], byte[]>(outside.kafka.consumer("probe", Map.of()))) {
            consumer.assign(commands);
            consumer.seekToEnd(commands);
            commands.forEach(partition -> consumer.position(partition));
            long[] took = new long[count];
            Thread reader = new Thread(() -> read(consumer, first, sentAt, took), "reader");
            reader.start();
            long begin = System.nanoTime();
            for (int i = 0; i < count; i++) {
                long due = begin + i * 1_000_000_000L / rate;
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                sentAt[i] = System.nanoTime();
                int number = first + i;
                var unused = producer.send(new ProducerRecord<>(
                        outside.topics.telemetry(),
                        ("probe-" + number % PROBES).getBytes(UTF_8),
                        ("{\"messageId\":" + number + ",\"probe\":" + (number / PROBES % 2 == 0 ? 31 : 20) + "}")
                                .getBytes(UTF_8)));
            }
            reader.join();
            print(load, rate, took);
        }
    }

    /** Each device's commands come in the order of its readings. */
    private static void read(KafkaConsumer<byte[], byte[]> consumer, int first, long[] sentAt, long[] took) {
        int[] rounds = new int[PROBES];
        int got = 0;
        long last = System.nanoTime();
        while (got < took.length && System.nanoTime() - last < PATIENCE.toNanos()) {
            for (var record : consumer.poll(Duration.ofMillis(100))) {
                String key = new String(record.key(), UTF_8);
                if (!key.startsWith("probe-")) {
                    continue;
                }
                int device = Integer.parseInt(key.substring("probe-".length()));
                int reading = Math.floorMod(device - first, PROBES) + PROBES * rounds[device]++;
                last = System.nanoTime();
                took[reading] = last - sentAt[reading];
                got++;
            }
        }
    }

    private static void print(int load, int rate, long[] took) {
        long[] answered =
                Arrays.stream(took).filter(nanos -> nanos > 0).sorted().toArray();
        int count = answered.length;
        if (count == 0) {
            System.out.println("no command came");
            return;
        }
        System.out.printf(
                "beside %,d readings/s, %d commands/s: p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, max %.1f ms; %d of %d came%n",
                load,
                rate,
                answered[count / 2] / 1e6,
                answered[count * 9 / 10] / 1e6,
                answered[count * 99 / 100] / 1e6,
                answered[count - 1] / 1e6,
                count,
                took.length);
    }
}
