import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.commands.CommandService;
import io.millrace.commands.CommandServiceConfig;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.embedded.EmbeddedPostgres;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.kafka.KafkaTopics;
import io.millrace.runtime.ops.Health;
import io.millrace.schemas.Topics;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How many readings a second a whole command service brings from Kafka into PostgreSQL, and what they cost: both embedded, durable as
 * in {@code ./millrace up}. Kafka is filled before the clock runs; the table is counted at the end. Run by {@code command-service/benchmark-history}.
 */
class HistoryLoad {
    private static final int PARTITIONS = 12;
    private static final Duration STEP = Duration.ofSeconds(2);

    public static void main(String[] arguments) throws Exception {
        int devices = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
        int readings = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2_000_000;
        Path data = Files.createTempDirectory("history-load");
        try (var kafka = EmbeddedKafka.start(data.resolve("kafka"), 0);
                var postgres = EmbeddedPostgres.start(data.resolve("postgres"), data.resolve("binaries"))) {
            Settings.Builder settings = Settings.builder()
                    .override("kafka.bootstrap-servers", kafka.bootstrapServers())
                    .override("kafka.partitions", PARTITIONS)
                    .override("kafka.replication-factor", 1)
                    .override("database.url", postgres.url())
                    .override("database.user", postgres.user())
                    .override("database.password", postgres.password())
                    .override("http.port", 0);
            for (int i = 2; i < arguments.length; i++) {
                String[] pair = arguments[i].split("=", 2);
                settings.override(pair[0], pair[1]);
            }
            CommandServiceConfig config = CommandServiceConfig.of(settings.build());
            KafkaTopics.create(
                    config.kafka(),
                    new Topics("").all(PARTITIONS, config.kafka().slots(), (short) 1, Duration.ofDays(1)));
            fill(kafka.bootstrapServers(), devices, readings);
            var meters = new SimpleMeterRegistry();
            CommandService service = new CommandService(config, meters, new Health(), Clock.systemUTC());
            try (Connection database =
                    DriverManager.getConnection("jdbc:" + postgres.url(), postgres.user(), postgres.password())) {
                measure(service, meters, database, postmaster(data), readings);
            } finally {
                service.close();
            }
        }
        System.exit(0);
    }

    private static void measure(CommandService service, MeterRegistry meters, Connection database, ProcessHandle server, int readings) throws Exception {
        service.start();
        service.ready().toCompletableFuture().join();
        long began = System.nanoTime();
        Sample first = Sample.take(0, server);
        Sample last = first;
        Sample warm = first;
        while (last.readings < readings) {
            Thread.sleep(STEP.toMillis());
            Sample now = Sample.take((long) meters.get("history.readings").counters().stream()
                            .mapToDouble(Counter::count)
                            .sum(), server);
            System.out.println(now.since(last));
            if (warm == first && now.readings >= readings / 4) {
                warm = now;
            }
            last = now;
            if (now.nanos - began > Duration.ofMinutes(10).toNanos()) {
                throw new IllegalStateException("not done in ten minutes");
            }
        }
        System.out.println("after the first quarter: " + last.since(warm));
        System.out.println("stored: " + number(database, "select count(*) from telemetry") + ", bytes a reading: "
                + number(
                                database,
                                "select sum(pg_total_relation_size(relid)) from pg_partition_tree('telemetry') where isleaf")
                        / readings
                + ", of these the index: "
                + number(database, "select sum(pg_indexes_size(relid)) from pg_partition_tree('telemetry') where isleaf")
                        / readings
                + ", state rows: " + number(database, "select count(*) from device_state")
                + ", wal bytes a reading: " + number(database, "select wal_bytes::bigint from pg_stat_wal") / readings);
    }

    private static ProcessHandle postmaster(Path data) throws IOException {
        String pid = Files.readAllLines(data.resolve("postgres/postmaster.pid")).get(0);
        return ProcessHandle.of(Long.parseLong(pid.trim())).orElseThrow();
    }

    private static long number(Connection database, String sql) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Processor time of both sides; the broker's threads are told apart by what is neither the consumer nor an event loop. */
    private record Sample(long nanos, long readings, long jvm, long intake, long postgres) {
        static Sample take(long readings, ProcessHandle server) {
            var threads = ManagementFactory.getThreadMXBean();
            long intake = 0;
            for (long id : threads.getAllThreadIds()) {
                var info = threads.getThreadInfo(id);
                if (info != null && info.getThreadName().matches("command-service.*|vert\\.x-.*")) {
                    intake += threads.getThreadCpuTime(id);
                }
            }
            long jvm = ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                    .getProcessCpuTime();
            long postgres = server.descendants()
                    .mapToLong(process ->
                            process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos())
                    .sum();
            return new Sample(System.nanoTime(), readings, jvm, intake, postgres);
        }

        String since(Sample before) {
            double n = Math.max(1, readings - before.readings);
            return String.format(
                    Locale.ROOT,
                    "%,d readings, %,.0f/s; processor time a reading: service's threads %.1f µs, whole JVM with broker %.1f µs, PostgreSQL %.1f µs",
                    readings,
                    n / ((nanos - before.nanos) / 1e9),
                    (intake - before.intake) / n / 1e3,
                    (jvm - before.jvm) / n / 1e3,
                    (postgres - before.postgres) / n / 1e3);
        }
    }

    /** As boards send them: one after the other, every 15 s, values that move a little. */
    private static void fill(String kafka, int devices, int readings) {
        Random random = new Random(1);
        double[] temperature = new double[devices];
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", kafka,
                "linger.ms", 20,
                "batch.size", 1 << 17,
                "compression.type", "lz4",
                // As the gateway's: a second request behind one that is refused is out of sequence for ever.
                "max.in.flight.requests.per.connection", 1);
        AtomicInteger missing = new AtomicInteger();
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < readings; i++) {
                int device = i % devices;
                temperature[device] += random.nextGaussian() * 0.1;
                String id = "esp32-%06d".formatted(device);
                String body =
                        "{\"messageId\":%d,\"deviceId\":\"%s\",\"temperature\":%.2f,\"humidity\":%.1f,\"rssi\":%d,\"ledState\":%b}"
                                .formatted(
                                        i / devices,
                                        id,
                                        22 + temperature[device],
                                        40 + random.nextInt(200) / 10.0,
                                        -50 - random.nextInt(40),
                                        i / devices % 50 < 25);
                var unused = producer.send(new ProducerRecord<>("telemetry", id.getBytes(UTF_8), body.getBytes(UTF_8)), (record, failure) -> {
                    if (failure != null) {
                        missing.incrementAndGet();
                    }
                });
            }
        }
        if (missing.get() > 0) {
            throw new IllegalStateException(missing + " readings not in Kafka");
        }
        System.out.printf(Locale.ROOT, "%,d readings of %,d devices in Kafka%n", readings, devices);
    }
}
