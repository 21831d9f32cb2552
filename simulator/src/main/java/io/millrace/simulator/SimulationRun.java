package io.millrace.simulator;

import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
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

    private final SimulatorConfig config;
    private final Optional<Duration> duration;
    private final Duration warmUp;
    private final PrintWriter progress;
    private final boolean terminal = isTerminal();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    SimulationRun(SimulatorConfig config, Optional<Duration> duration, Duration warmUp, PrintWriter progress) {
        this.config = config;
        this.duration = duration;
        this.warmUp = warmUp;
        this.progress = progress;
    }

    /** Ends with the duration, with Ctrl-C, or when no device at all could connect; prints the report in any case. */
    SimulatorStats run(Consumer<SimulatorStats> report) throws InterruptedException {
        Thread atExit = new Thread(this::endAtExit, "simulate-stop");
        Runtime.getRuntime().addShutdownHook(atExit);
        SimulatedFleet fleet = new SimulatedFleet(config);
        try {
            var unused = fleet.start().whenComplete((allTried, early) -> {
                if (early != null || fleet.snapshot().connects().accepted() == 0) {
                    stop.countDown();
                }
            });
            watch(fleet);
            close(fleet);
            SimulatorStats stats = fleet.snapshot();
            report.accept(stats);
            return stats;
        } finally {
            ended.countDown();
        }
    }

    private void watch(SimulatedFleet fleet) throws InterruptedException {
        long started = System.nanoTime();
        boolean warm = warmUp.isZero();
        SimulatorStats before = fleet.snapshot();
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
            if (terminal || step % STEPS_BETWEEN_LINES == 0) {
                SimulatorStats now = fleet.snapshot();
                show(SimulatorReport.progress(before, now));
                before = now;
            }
        }
        if (terminal) {
            progress.println();
        }
    }

    private void show(String line) {
        if (terminal) {
            progress.print("\r" + line + "\u001b[K");
            progress.flush();
        } else {
            progress.println(line);
        }
    }

    private void close(SimulatedFleet fleet) throws InterruptedException {
        try {
            var unused = fleet.close().get(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException trouble) {
            progress.println("The fleet did not close well: " + trouble);
        }
    }

    /** On the JVM's way out: the report is still to be printed by the thread that runs. */
    private void endAtExit() {
        stop.countDown();
        try {
            boolean unused = ended.await(CLOSE_TIMEOUT.toMillis() + 1000, TimeUnit.MILLISECONDS);
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
