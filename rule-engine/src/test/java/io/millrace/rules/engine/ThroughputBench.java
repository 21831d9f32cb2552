package io.millrace.rules.engine;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.embedded.ChildProcess;
import io.millrace.rules.evaluation.EvaluationWorkload;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.ops.Health;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Not a test: the engine catches up with readings that wait in Kafka, a hundred rules, changelog and all; the broker is another
 * process. Prints messages a second, processor time of this process a message (other work on the machine does not count, nor does
 * the broker), and what went to the changelog; then how long a restart takes to have all states back. Arguments {@code readings=},
 * {@code devices=}, {@code partitions=}, {@code rules=}, {@code seconds=} (at most; less is left unread), others are settings of
 * the engine.
 */
public final class ThroughputBench {

    private static final Duration STEP = Duration.ofSeconds(2);

    private ThroughputBench() {}

    public static void main(String[] args) throws Exception {
        Map<String, String> given = new TreeMap<>();
        for (String arg : args) {
            int equals = arg.indexOf('=');
            given.put(arg.substring(0, equals), arg.substring(equals + 1));
        }
        long readings = number(given, "readings", 5_000_000);
        int devices = (int) number(given, "devices", 10_000);
        int partitions = (int) number(given, "partitions", 8);
        int rules = (int) number(given, "rules", 100);
        long seconds = number(given, "seconds", 60);
        Path data = Files.createTempDirectory("throughput");
        try (ChildProcess broker = BenchBroker.start(data.resolve("kafka"), partitions, devices, readings)) {
            Path files = Files.createDirectories(data.resolve("rules"));
            Files.writeString(files.resolve("bench.rules.yaml"), EvaluationWorkload.rules(rules));
            given.put("kafka.bootstrap-servers", broker.said());
            given.put("kafka.partitions", "" + partitions);
            given.put("kafka.gateway-slots", "4");
            given.put("kafka.replication-factor", "1");
            given.put("rules.path", files.toString());
            given.putIfAbsent("rules.instance-id", "bench");
            given.putIfAbsent("rules.session-timeout", "6s");
            run(config(given), readings, seconds);
            restart(config(given), devices);
        } finally {
            BenchFleet.delete(data);
        }
    }

    private static long number(Map<String, String> given, String name, long otherwise) {
        String value = given.remove(name);
        return value == null ? otherwise : Long.parseLong(value);
    }

    private static RuleEngineConfig config(Map<String, String> given) {
        Settings.Builder builder = Settings.builder();
        given.forEach(builder::override);
        return RuleEngineConfig.of(builder.build());
    }

    private static void run(RuleEngineConfig config, long readings, long seconds) throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (RuleEngine engine = new RuleEngine(config, meters, new Health(), Clock.systemUTC())) {
            Sample begin = Sample.take(meters);
            engine.start();
            Sample before = Sample.take(meters);
            Sample half = begin;
            while (before.messages < readings && before.since(begin) < seconds) {
                LockSupport.parkNanos(STEP.toNanos());
                Sample now = Sample.take(meters);
                System.out.println(now.than(before));
                half = half == begin && now.messages >= readings / 2 ? now : half;
                before = now;
            }
            System.out.println("all:         " + before.than(begin));
            System.out.println("second half: " + before.than(half));
        }
    }

    private static void restart(RuleEngineConfig config, int devices) {
        long begin = System.nanoTime();
        try (RuleEngine engine = new RuleEngine(config, new SimpleMeterRegistry(), new Health(), Clock.systemUTC())) {
            engine.start();
            System.out.printf(
                    "restarted: %,d devices, runs again after %.1f s%n", devices, (System.nanoTime() - begin) / 1e9);
        }
    }

    /** Counts since the process began. */
    private record Sample(
            long nanos, long messages, long cpuNanos, long streamNanos, long gcMillis, double records, double bytes) {

        static Sample take(SimpleMeterRegistry meters) throws JMException {
            double messages = meters.find("rules.telemetry").counters().stream()
                    .mapToDouble(Counter::count)
                    .sum();
            var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            return new Sample(
                    System.nanoTime(),
                    (long) messages,
                    system.getProcessCpuTime(),
                    streamThreads(),
                    ManagementFactory.getGarbageCollectorMXBeans().stream()
                            .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                            .sum(),
                    changelog("record-send-total"),
                    changelog("byte-total"));
        }

        private static long streamThreads() {
            var threads = ManagementFactory.getThreadMXBean();
            return Stream.of(threads.dumpAllThreads(false, false))
                    .filter(thread -> thread.getThreadName().contains("StreamThread"))
                    .filter(thread -> !thread.getThreadName().contains("producer")
                            && !thread.getThreadName().contains("heartbeat"))
                    .mapToLong(thread -> Math.max(0, threads.getThreadCpuTime(thread.getThreadId())))
                    .sum();
        }

        private static double changelog(String attribute) throws JMException {
            MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
            double sum = 0;
            for (ObjectName name : List.copyOf(beans.queryNames(
                    new ObjectName("kafka.producer:type=producer-topic-metrics,topic=*changelog,*"), null))) {
                sum += ((Number) beans.getAttribute(name, attribute)).doubleValue();
            }
            return sum;
        }

        double since(Sample before) {
            return (nanos - before.nanos) / 1e9;
        }

        String than(Sample before) {
            double count = messages - before.messages;
            double cpu = cpuNanos - before.cpuNanos;
            return "%,9.0f messages/s; %.2f µs CPU a message (stream thread %.2f) = %,.0f messages a CPU second; changelog %.3f records, %.1f bytes a message; collections %.1f %% of the time"
                    .formatted(
                            count / since(before),
                            cpu / count / 1e3,
                            (streamNanos - before.streamNanos) / count / 1e3,
                            count / cpu * 1e9,
                            (records - before.records) / count,
                            (bytes - before.bytes) / count,
                            (gcMillis - before.gcMillis) / since(before) / 10);
        }
    }
}
