import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.commands.CommandService;
import io.millrace.commands.CommandServiceConfig;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.embedded.EmbeddedPostgres;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.KafkaTopics;
import io.millrace.runtime.kafka.TopicReader;
import io.millrace.runtime.ops.Health;
import io.millrace.schemas.CommandEvent;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Dispatch;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionEvent;
import io.millrace.schemas.Topics;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * How many commands a second, given to the topic {@code commands} as rules do, a whole command service takes through their life: queued,
 * sent, delivered, each step with its entry in the timeline. Kafka and PostgreSQL are embedded, durable as in {@code ./millrace up}; the
 * gateway is one that answers every dispatch at once. A quarter of the commands comes first, at half the rate, for the compiler. Started by
 * {@code command-service/benchmark-intake [devices [commands a second [seconds [key=value …]]]]}.
 */
class CommandLoad {
    private static final int PARTITIONS = 12;
    private static final int SLOT = 0;
    private static final String SLOW = "select max(now() - query_start || ' ' || query) from pg_stat_activity"
            + " where state = 'active' and now() - query_start > interval '500ms'";
    /** The load is not to cost much itself: it sleeps this long, then gives all that is due. */
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final KafkaSettings kafka;
    private final Topics topics = new Topics("");
    private final KafkaProducer<byte[], byte[]> gateway;
    private final KafkaProducer<byte[], byte[]> rules;
    private final MeterRegistry meters = new SimpleMeterRegistry();

    private CommandLoad(KafkaSettings kafka) {
        this.kafka = kafka;
        gateway = new KafkaProducer<>(kafka.producer("bench-gateway", Map.of("linger.ms", 2)));
        rules = new KafkaProducer<>(kafka.producer("bench-rules", Map.of("linger.ms", 2)));
    }

    public static void main(String[] a) throws Exception {
        int devices = a.length > 0 ? Integer.parseInt(a[0]) : 20_000;
        int rate = a.length > 1 ? Integer.parseInt(a[1]) : 5_000;
        int seconds = a.length > 2 ? Integer.parseInt(a[2]) : 30;
        Path data = Files.createTempDirectory("command-load");
        try (var broker = EmbeddedKafka.start(data.resolve("kafka"), 0);
                var postgres = EmbeddedPostgres.start(data.resolve("postgres"), data.resolve("binaries"))) {
            Settings.Builder settings = Settings.builder()
                    .override("kafka.bootstrap-servers", broker.bootstrapServers())
                    .override("kafka.partitions", PARTITIONS)
                    .override("kafka.replication-factor", 1)
                    .override("database.url", postgres.url())
                    .override("database.user", postgres.user())
                    .override("database.password", postgres.password())
                    .override("http.port", 0);
            for (int i = 3; i < a.length; i++) {
                String[] pair = a[i].split("=", 2);
                settings.override(pair[0], pair[1]);
            }
            CommandServiceConfig config = CommandServiceConfig.of(settings.build());
            KafkaTopics.create(
                    config.kafka(),
                    new Topics("").all(PARTITIONS, config.kafka().slots(), (short) 1, Duration.ofDays(1)));
            String pid = Files.readAllLines(data.resolve("postgres/postmaster.pid")).get(0);
            ProcessHandle postmaster =
                    ProcessHandle.of(Long.parseLong(pid.trim())).orElseThrow();
            CommandLoad bench = new CommandLoad(config.kafka());
            CommandService service = new CommandService(config, bench.meters, new Health(), Clock.systemUTC());
            try (Connection database =
                    DriverManager.getConnection("jdbc:" + postgres.url(), postgres.user(), postgres.password())) {
                service.start();
                service.ready().toCompletableFuture().join();
                bench.run(devices, rate, seconds, postmaster, database);
            } finally {
                service.close();
            }
        }
        System.exit(0);
    }

    private void run(int devices, int rate, int seconds, ProcessHandle postmaster, Connection database) throws Exception {
        connect(devices, database);
        TopicReader reader = TopicReader.newsOf(
                "bench-gateway",
                kafka,
                new TopicPartition(topics.commandDispatch(), SLOT),
                record -> deliver(Dispatch.of(record)),
                new Health());
        reader.start();
        reader.caughtUp().toCompletableFuture().join();
        long warm = (long) rate * seconds / 4;
        give(0, warm, devices, rate / 2, postmaster, database);
        awaitDelivered(warm);
        System.out.println("warm; now " + rate + "/s");
        Sample start = Sample.take(delivered(), postmaster);
        long all = warm + (long) rate * seconds;
        give(warm, all, devices, rate, postmaster, database);
        long sent = System.nanoTime();
        awaitDelivered(all);
        System.out.println("since warm: " + Sample.take(delivered(), postmaster).since(start));
        System.out.printf(
                Locale.ROOT,
                "%,d commands at %,d/s; all delivered %.1f s after the last was given to Kafka%n",
                all - warm, rate, (System.nanoTime() - sent) / 1e9);
        System.out.println("in the database: " + text(database, "select string_agg(status || ' ' || n, ', ') from"
                + " (select status, count(*) n from commands group by 1) s")
                + "; steps told " + text(database, "select count(*) from command_events")
                + "; bytes a command " + text(database, "select (pg_total_relation_size('commands')"
                        + " + pg_total_relation_size('command_events')) / greatest(1, (select count(*) from commands))")
                + "; wal bytes a command " + text(database, "select wal_bytes::bigint / " + all + " from pg_stat_wal"));
        reader.close();
    }

    /** Commands from the {@code first} to before the {@code end}th, evenly in time. */
    private void give(long first, long end, int devices, int rate, ProcessHandle postmaster, Connection database)
            throws Exception {
        long start = System.nanoTime();
        Sample last = Sample.take(delivered(), postmaster);
        long shown = first;
        for (long n = first; n < end; n++) {
            long due = start + (n - first) * TimeUnit.SECONDS.toNanos(1) / rate;
            while (due - System.nanoTime() > 0) {
                LockSupport.parkNanos(TICK_NANOS);
            }
            var unused = rules.send(command(n, (int) (n % devices)).toRecord(topics));
            if (n - shown >= rate * 5L) {
                shown = n;
                Sample now = Sample.take(delivered(), postmaster);
                System.out.println(now.since(last) + ", " + (n - now.delivered) + " under way");
                String slow = text(database, SLOW);
                if (slow != null) {
                    System.out.println("  slow: " + slow.replaceAll("\\s+", " "));
                }
                last = now;
            }
        }
    }

    private void awaitDelivered(long commands) throws InterruptedException {
        long start = System.nanoTime();
        while (delivered() < commands && System.nanoTime() - start < TimeUnit.MINUTES.toNanos(3)) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** All devices have a ready session on one gateway, which lives long. */
    private void connect(int devices, Connection database) throws Exception {
        Instant now = Instant.now().minusSeconds(15);
        long incarnation = gateway.send(session(SessionEvent.gatewayKey(SLOT), new SessionEvent.GatewayStarted(SLOT, now)))
                .get()
                .offset();
        gateway.send(session(
                        SessionEvent.gatewayKey(SLOT),
                        new SessionEvent.GatewayHeartbeat(SLOT, incarnation, Instant.now(), 3_600_000, 0)))
                .get();
        for (int i = 0; i < devices; i++) {
            DeviceId id = device(i);
            var unused = gateway.send(
                    session(id.value(), new SessionEvent.Opened(id, SLOT, incarnation, now, id.value(), "mqtt-3.1.1", "127.0.0.1", true)),
                    (opened, failure) -> gateway.send(session(
                            id.value(),
                            new SessionEvent.Ready(id, SLOT, incarnation, opened.offset(), Instant.now(), 1))));
        }
        String ready = "select count(*) from sessions where ready";
        while (Integer.parseInt(text(database, ready)) < devices) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
        System.out.println(devices + " devices ready");
    }

    private static DeviceId device(int i) {
        return new DeviceId("esp32-%06d".formatted(i));
    }

    private ProducerRecord<byte[], byte[]> session(String key, SessionEvent event) {
        return new ProducerRecord<>(topics.deviceSessions(), key.getBytes(UTF_8), Json.write(event));
    }

    private static CommandRequest command(long n, int device) {
        Instant now = Instant.now();
        return new CommandRequest(
                "bench-" + n,
                device(device),
                "FAN_ON".getBytes(UTF_8),
                Optional.empty(),
                CommandRequest.Origin.RULE,
                Optional.of("bench/fan"),
                Optional.of("8d1f0c2a"),
                Optional.of("telemetry/3/" + n),
                Optional.empty(),
                1,
                0,
                now,
                now.plusSeconds(300));
    }

    private void deliver(Dispatch d) {
        var event = new CommandEvent.Delivered(d.commandId(), d.deviceId(), SLOT, d.epoch(), d.attempt(), Instant.now());
        var unused = gateway.send(new ProducerRecord<>(topics.commandEvents(), d.deviceId().key(), Json.write(event)));
    }

    private long delivered() {
        return (long) meters.get("commands.transitions").tag("status", "delivered").counter().count();
    }

    private static String text(Connection database, String sql) throws Exception {
        try (Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** Processor time of both sides; threads tell apart what is the service's and what the broker's and the bench's. */
    private record Sample(long nanos, long delivered, long jvm, long service, long postgres) {
        static Sample take(long delivered, ProcessHandle postmaster) {
            var threads = ManagementFactory.getThreadMXBean();
            long service = 0;
            for (long id : threads.getAllThreadIds()) {
                var info = threads.getThreadInfo(id);
                if (info != null
                        && info.getThreadName()
                                .matches("command-service.*|vert\\.x-.*|kafka-out|kafka-producer.*command-service.*")) {
                    service += threads.getThreadCpuTime(id);
                }
            }
            long jvm = ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                    .getProcessCpuTime();
            long postgres = postmaster
                    .descendants()
                    .mapToLong(process ->
                            process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos())
                    .sum();
            return new Sample(System.nanoTime(), delivered, jvm, service, postgres);
        }

        String since(Sample before) {
            double n = Math.max(1, delivered - before.delivered);
            return String.format(
                    Locale.ROOT,
                    "%,.0f delivered/s; processor time a command: service %.0f µs, JVM with broker and bench %.0f µs, PostgreSQL %.0f µs",
                    n / ((nanos - before.nanos) / 1e9),
                    (service - before.service) / n / 1e3,
                    (jvm - before.jvm) / n / 1e3,
                    (postgres - before.postgres) / n / 1e3);
        }
    }
}
