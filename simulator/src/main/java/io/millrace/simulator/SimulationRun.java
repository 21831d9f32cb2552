package io.millrace.simulator;

import io.millrace.simulator.ledger.Findings;
import io.millrace.simulator.ledger.KafkaWatch;
import io.millrace.simulator.ledger.Sent;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * One run of a fleet from the command line: its time, its progress line, its end by Ctrl-C. Blocks the calling thread; nothing here
 * is on the path of a message.
 */
final class SimulationRun {
    private static final Duration STEP = Duration.ofSeconds(1);
    private static final int STEPS_BETWEEN_LINES = 10;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(8);

    private static final Duration KAFKA_PATIENCE = Duration.ofSeconds(60);

    private final String name;
    private final SimulatorConfig config;
    private final Optional<Duration> duration;
    private final Duration warmUp;
    private final PrintWriter progress;
    private final boolean terminal = isTerminal();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    SimulationRun(
            String name, SimulatorConfig config, Optional<Duration> duration, Duration warmUp, PrintWriter progress) {
        this.name = name;
        this.config = config;
        this.duration = duration;
        this.warmUp = warmUp;
        this.progress = progress;
    }

    /** Ends with the duration, with Ctrl-C, or when no device at all could connect; prints the report in any case. */
    Outcome run(Optional<KafkaWatch> kafka, Consumer<Outcome> report) throws InterruptedException {
        Thread atExit = new Thread(this::endAtExit, "simulate-stop");
        Runtime.getRuntime().addShutdownHook(atExit);
        SimulatedFleet fleet = new SimulatedFleet(config);
        try {
            var unused = fleet.start().whenComplete((allTried, early) -> {
                if (early != null || fleet.snapshot().connects().accepted() == 0) {
                    stop.countDown();
                }
            });
            long cpuBefore = cpuNanos();
            Timeline timeline = watch(fleet);
            List<Sent> sent = close(fleet);
            long cpu = (cpuNanos() - cpuBefore) / 1000;
            Outcome outcome = new Outcome(name, fleet.snapshot(), timeline.samples(), findings(kafka, sent), cpu);
            report.accept(outcome);
            return outcome;
        } finally {
            ended.countDown();
        }
    }

    private Timeline watch(SimulatedFleet fleet) throws InterruptedException {
        long started = System.nanoTime();
        boolean warm = warmUp.isZero();
        Timeline timeline = new Timeline();
        SimulatorStats shown = fleet.snapshot();
        SimulatorStats before = shown;
        for (int step = 1; ; step++) {
            Duration left = duration.map(time -> time.minusNanos(System.nanoTime() - started))
                    .orElse(STEP);
            Duration pause = left.compareTo(STEP) < 0 ? left : STEP;
            if (pause.isNegative() || pause.isZero() || stop.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                break;
            }
            if (!warm && System.nanoTime() - started >= warmUp.toNanos()) {
                warm = true;
                fleet.forgetLatencies();
            }
            SimulatorStats now = fleet.snapshot();
            timeline.add(Sample.between(before, now, fleet.recentAcknowledgements(), fleet.recentReactions()));
            before = now;
            if (terminal || step % STEPS_BETWEEN_LINES == 0) {
                String line = SimulatorReport.progress(shown, now);
                show(terminal ? ProgressBar.of(now.elapsed(), duration) + line : line);
                shown = now;
            }
        }
        if (terminal) {
            progress.println();
        }
        return timeline;
    }

    private void show(String line) {
        if (terminal) {
            progress.print("\r" + line + "\u001b[K");
            progress.flush();
        } else {
            progress.println(line);
        }
    }

    private List<Sent> close(SimulatedFleet fleet) throws InterruptedException {
        try {
            return fleet.close().get(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException trouble) {
            progress.println("The fleet did not close well: " + trouble);
            return List.of();
        }
    }

    private Optional<Findings> findings(Optional<KafkaWatch> kafka, List<Sent> sent) throws InterruptedException {
        if (kafka.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(kafka.get()
                    .compare(sent, KAFKA_PATIENCE)
                    .get(2 * KAFKA_PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException trouble) {
            progress.println("Kafka could not be read: " + trouble);
            return Optional.of(Findings.unknown());
        }
    }

    private static long cpuNanos() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElse(Duration.ZERO)
                .toNanos();
    }

    /** On the JVM's way out: the report is still to be printed by the thread that runs. */
    private void endAtExit() {
        stop.countDown();
        try {
            boolean unused = ended.await(CLOSE_TIMEOUT.plus(KAFKA_PATIENCE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException leaving) {
            Thread.currentThread().interrupt();
        }
    }

    /** Since JDK 22 there is a console without a terminal too, and a method that tells. */
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException beforeJdk22) {
            return true;
        } catch (ReflectiveOperationException closed) {
            return false;
        }
    }
}
