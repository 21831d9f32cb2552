package io.millrace.rules.evaluation;

import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * Not a test: engine only, JSON bytes in, state kept, one thread. Arguments: rules, devices, seconds, {@code steady} or {@code wild}.
 * Prints messages a second of processor time (other work on the machine does not count) and bytes allocated a message.
 */
public final class EvaluationBench {

    private EvaluationBench() {}

    public static void main(String[] args) {
        int rules = args.length > 0 ? Integer.parseInt(args[0]) : 100;
        int devices = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
        int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
        String telemetry = args.length > 3 ? args[3] : "steady";
        EvaluationWorkload workload = new EvaluationWorkload(
                rules, devices, EvaluationWorkload.Telemetry.valueOf(telemetry.toUpperCase(Locale.ROOT)));
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int round = 0; round < seconds; round++) {
            long begin = System.nanoTime();
            long cpu = threads.getCurrentThreadCpuTime();
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long messages = 0;
            while (System.nanoTime() - begin < 1_000_000_000L) {
                for (int k = 0; k < 1000; k++) {
                    var unused = workload.next();
                }
                messages += 1000;
            }
            double took = (threads.getCurrentThreadCpuTime() - cpu) / 1e9;
            System.out.printf(
                    "%d rules, %s, %d devices, %d bytes: %,.0f messages/s, %.0f ns, %.1f bytes allocated a message, %d emitted%n",
                    rules,
                    telemetry,
                    devices,
                    workload.payloadSize(),
                    messages / took,
                    took * 1e9 / messages,
                    (threads.getCurrentThreadAllocatedBytes() - allocated) / (double) messages,
                    workload.emitted());
        }
    }
}
