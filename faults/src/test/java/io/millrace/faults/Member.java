package io.millrace.faults;

import static org.awaitility.Awaitility.await;

import io.millrace.embedded.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One process of the cluster, which comes back on the same ports and the same data. What happens to it is asked for by the test's thread. */
final class Member implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String name;
    private final Class<?> main;
    private final List<String> options;
    private final List<String> arguments;
    private @Nullable ChildProcess process;

    Member(String name, Class<?> main, List<String> options, List<String> arguments) {
        this.name = name;
        this.main = main;
        this.options = List.copyOf(options);
        this.arguments = List.copyOf(arguments);
    }

    /** Returns when it is ready. */
    void start() {
        try {
            process = ChildProcess.start(main, options, arguments, "ready");
        } catch (IOException e) {
            throw new UncheckedIOException(name + " does not start", e);
        }
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** SIGKILL. */
    void kill() {
        running().close();
    }

    /** SIGTERM; returns when it has ended. */
    void stop() {
        signal("TERM");
        await(name + " ends").atMost(PATIENCE).until(() -> !isAlive());
    }

    void pause() {
        signal("STOP");
    }

    void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            running().signal(signal);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private ChildProcess running() {
        if (process == null) {
            throw new IllegalStateException(name + " was never started");
        }
        return process;
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
