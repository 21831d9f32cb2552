package io.millrace.rules.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.management.ManagementFactory;
import java.util.Random;

/**
 * Not a test: what windows cost. Engine only, one thread, devices that speak every 15 s with JSON of three fields; prints processor
 * time and bytes allocated a message, and the size of a device's changelog record when its windows are full.
 */
public final class HistoryBench {

    private static final int DEVICES = 2_000;
    private static final int ROUNDS = 6;

    private HistoryBench() {}

    private static void run(String name, String... expressions) {
        StringBuilder yaml = new StringBuilder("rules:\n");
        for (int i = 0; i < expressions.length; i++) {
            yaml.append("  - alert: A")
                    .append(i)
                    .append("\n    expr: '")
                    .append(expressions[i])
                    .append("'\n");
        }
        Partition partition = new Partition(TestRules.of(yaml.toString()));
        byte[][] keys = new byte[DEVICES][];
        for (int i = 0; i < DEVICES; i++) {
            keys[i] = "esp32-%06d".formatted(i).getBytes(UTF_8);
        }
        Random random = new Random(1);
        byte[][] values = new byte[1 << 12][];
        for (int i = 0; i < values.length; i++) {
            values[i] = "{\"messageId\":%d,\"temperature\":%.2f,\"ledState\":%b}"
                    .formatted(i, 20 + random.nextGaussian(), random.nextBoolean())
                    .getBytes(UTF_8);
        }
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long offset = 0;
        double best = Double.MAX_VALUE;
        double bytes = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long cpu = threads.getCurrentThreadCpuTime();
            long allocated = threads.getCurrentThreadAllocatedBytes();
            int messages = DEVICES * 240;
            try {
                for (int k = 0; k < messages; k++) {
                    long time = Partition.START + offset * 15_000 / DEVICES;
                    var unused = partition.engine.telemetry(
                            keys[(int) (offset % DEVICES)], values[(int) (offset % values.length)], 0, offset, time);
                    offset++;
                }
            } catch (ReadingScanner.Poison e) {
                throw new AssertionError(e);
            }
            best = Math.min(best, (threads.getCurrentThreadCpuTime() - cpu) / (double) messages);
            bytes = (threads.getCurrentThreadAllocatedBytes() - allocated) / (double) messages;
        }
        DeviceState device = partition.devices.find(keys[7]);
        int record = device == null ? 0 : new DeviceStateCodec().write(device, partition.engine.rules()).length;
        System.out.printf(
                "%-40s %6.0f ns %6.1f bytes allocated a message, record %,6d bytes, heap of histories <= %,6d bytes%n",
                name,
                best,
                bytes,
                record,
                partition.engine.rules().fields().histories().histories().stream()
                        .mapToLong(history -> history.kind().bytes(history.size()))
                        .sum());
    }

    public static void main(String[] args) {
        run("no window", "temperature > 90");
        run("mean 5m (buckets of 5 s)", "avg_over_time(temperature, \"5m\") > 90");
        run("mean 15m (buckets of 15 s)", "avg_over_time(temperature, \"15m\") > 90");
        run("mean 6h (buckets of 6 min)", "avg_over_time(temperature, \"6h\") > 90");
        run("max 15m", "max_over_time(temperature, \"15m\") > 90");
        run("delta 15m", "delta(temperature, \"15m\") > 90");
        run("deriv 15m", "deriv(temperature, \"15m\") > 90");
        run("last 10", "avg_over_last(temperature, 10) > 90");
        run("last 1000", "avg_over_last(temperature, 1000) > 90");
        run("quantile of last 1000", "quantile_over_last(0.9, temperature, 1000) > 90");
        run("prev", "temperature - prev(temperature) > 90");
        run("held", "held(temperature > 90) > 60");
        run(
                "example 6",
                "avg_over_time(temperature, \"15m\") > 90 && count_over_time(temperature, \"15m\") >= 10",
                "delta(temperature, \"5m\") > 90 || temperature - avg_over_time(temperature, \"1h\") > 90",
                "changes(ledState, \"5m\") > 600");
    }
}
