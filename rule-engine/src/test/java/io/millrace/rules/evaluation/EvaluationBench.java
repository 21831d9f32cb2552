package io.millrace.rules.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.rules.model.RuleSet;
import java.lang.management.ManagementFactory;
import java.util.Random;
import java.util.Set;

/**
 * Not a test: engine only, JSON bytes in, state kept, one thread. Arguments: rules, devices, seconds. Prints messages a second of
 * processor time (other work on the machine does not count) and bytes allocated a message.
 */
public final class EvaluationBench {

    private EvaluationBench() {}

    private static String rules(int count) {
        StringBuilder yaml = new StringBuilder("rules:\n");
        for (int i = 0; i < count; i++) {
            String expr =
                    switch (i % 4) {
                        case 0 -> "temperature > " + (60 + i);
                        case 1 -> "humidity < " + (i % 20) + " && temperature > " + (20 + i % 10);
                        case 2 -> "pressure > " + (1100 + i) + " || temperature < " + (-10 - i);
                        default -> "ledState && temperature > " + (50 + i);
                    };
            yaml.append("  - rule: r").append(i).append("\n    expr: ").append(expr);
            yaml.append(i % 3 == 0 ? "\n    for: 1m" : "")
                    .append("\n    send: CMD")
                    .append(i)
                    .append('\n');
        }
        return yaml.toString();
    }

    public static void main(String[] args) throws ReadingScanner.Poison {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 100;
        int devices = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
        int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
        RuleSet set = TestRules.of(rules(count));
        long[] emitted = new long[1];
        PartitionEngine engine = new PartitionEngine(set, new Devices(), new Aliveness(), Set.of(), new Outlet() {
            @Override
            public void emit(DeviceState device, Emission emission) {
                emitted[0]++;
            }

            @Override
            public void changed(DeviceState device) {}

            @Override
            public void forgotten(DeviceState device) {}
        });
        engine.begin(PartitionEngine.UNKNOWN_TIME);
        Random random = new Random(1);
        byte[][] keys = new byte[devices][];
        for (int i = 0; i < devices; i++) {
            keys[i] = ("esp32-%06d".formatted(i)).getBytes(UTF_8);
        }
        byte[][] values = new byte[1 << 14][];
        for (int i = 0; i < values.length; i++) {
            values[i] = ("{\"messageId\":%d,\"deviceId\":\"esp32-custom-01\",\"temperature\":%.2f,\"humidity\":%.1f,"
                            + "\"pressure\":%.1f,\"ledState\":%b}")
                    .formatted(
                            i,
                            20 + random.nextGaussian() * 3,
                            50 + random.nextGaussian() * 5,
                            1013 + random.nextGaussian(),
                            random.nextBoolean())
                    .getBytes(UTF_8);
        }
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long time = Partition.START;
        long offset = 0;
        for (int round = 0; round < seconds; round++) {
            long begin = System.nanoTime();
            long cpu = threads.getCurrentThreadCpuTime();
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long messages = 0;
            while (System.nanoTime() - begin < 1_000_000_000L) {
                for (int k = 0; k < 1000; k++) {
                    int at = (int) (offset % devices);
                    // All devices speak once every 15 s.
                    time = Partition.START + offset * 15_000 / devices;
                    var unused = engine.telemetry(keys[at], values[(int) (offset % values.length)], 0, offset, time);
                    offset++;
                }
                messages += 1000;
            }
            double took = (threads.getCurrentThreadCpuTime() - cpu) / 1e9;
            System.out.printf(
                    "%d rules, %d devices, %d bytes: %,.0f messages/s, %.0f ns, %.1f bytes allocated a message, %d emitted%n",
                    count,
                    devices,
                    values[0].length,
                    messages / took,
                    took * 1e9 / messages,
                    (threads.getCurrentThreadAllocatedBytes() - allocated) / (double) messages,
                    emitted[0]);
        }
    }
}
