package io.millrace.rules.backtest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.rules.evaluation.TestRules;
import io.millrace.rules.model.RuleSet;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * What a message of a recording costs in CPU time, all threads together, reading and collecting its garbage included: a main, to be run
 * by hand. The first runs are for the compiler; the last one counts.
 */
final class BacktestBench {

    private static final int DEVICES = 1_000;
    private static final int RUNS = 4;

    private BacktestBench() {}

    /** Number of messages, number of rules, threads. */
    public static void main(String[] arguments) throws IOException {
        int messages = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2_000_000;
        int rules = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100;
        int threads = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1;
        Path file = Files.createTempFile("backtest", ".jsonl");
        try {
            record(file, messages);
            RuleSet set = rules(rules);
            for (int run = 1; run <= RUNS; run++) {
                run(file, set, threads, run);
            }
        } finally {
            Files.delete(file);
        }
    }

    private static void run(Path file, RuleSet rules, int threads, int run) throws IOException {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = system.getProcessCpuTime();
        long begin = System.nanoTime();
        Findings findings;
        try (Recording recording = new RecordedFile(file)) {
            findings = new Backtest(rules, Optional.empty(), UnaryOperator.identity(), threads)
                    .run(recording, Optional.empty(), Map.of(), messages -> {});
        }
        double nanos = (double) (system.getProcessCpuTime() - cpu) / findings.messages();
        System.out.printf(
                Locale.ROOT,
                "run %d: %,d messages, %d rules, %d episodes, %.1f s; CPU a message %.0f ns = %,.0f messages per CPU second%n",
                run,
                findings.messages(),
                rules.rules().size(),
                findings.rules().stream()
                        .mapToLong(Findings.RuleFindings::fired)
                        .sum(),
                (System.nanoTime() - begin) / 1e9,
                nanos,
                1e9 / nanos);
    }

    private static RuleSet rules(int count) {
        StringBuilder rules = new StringBuilder("rules:\n");
        for (int i = 0; i < count; i++) {
            String expr =
                    switch (i % 4) {
                        case 0 -> "temperature > %.1f".formatted(30 + i * 0.1);
                        case 1 -> "humidity > %d && temperature < %.1f".formatted(60 + i % 20, 20 - i * 0.05);
                        case 2 -> "temperature > %.1f || humidity < %d".formatted(31 + i * 0.1, 30 - i % 10);
                        default -> "ledState && temperature > %.1f".formatted(31 + i * 0.07);
                    };
            rules.append("  - alert: A%d\n    expr: %s\n    for: 1m\n".formatted(i, expr));
        }
        return TestRules.of(rules.toString());
    }

    private static void record(Path file, int messages) throws IOException {
        Random random = new Random(3);
        double[] temperatures = new double[DEVICES];
        try (BufferedWriter out = Files.newBufferedWriter(file, UTF_8)) {
            for (int i = 0; i < messages; i++) {
                int device = i % DEVICES;
                temperatures[device] += -0.02 * temperatures[device] + 0.1 * random.nextGaussian();
                out.write(String.format(
                        Locale.ROOT,
                        "{\"device\":\"esp32-%04d\",\"time\":%d,\"value\":{\"deviceId\":\"esp32-%04d\",\"messageId\":%d,"
                                + "\"temperature\":%.1f,\"humidity\":%d,\"ledState\":%b}}\n",
                        device,
                        1_763_805_600_000L + i * 10L,
                        device,
                        i / DEVICES,
                        28 + 2 * temperatures[device],
                        50 + i % 23,
                        i % 1000 > 500));
            }
        }
    }
}
