package io.millrace.commands.dispatch;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does the same again and again, on a thread of its own that may wait for futures. A round that fails is told, and tried again. */
final class Rounds implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Rounds.class);
    private static final long LONGEST_SECONDS = 30;
    private static final long CLOSE_SECONDS = 3;

    private final String name;
    private final Duration pause;
    private final Runnable round;
    private final ScheduledExecutorService thread;

    /** @param pause between the end of a round and the begin of the next */
    Rounds(String name, Duration pause, Runnable round) {
        this.name = name;
        this.pause = pause;
        this.round = round;
        thread = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, name));
    }

    void start() {
        var unused = thread.scheduleWithFixedDelay(this::once, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void once() {
        try {
            round.run();
        } catch (RuntimeException e) {
            // A neighbour is away, most likely; what was not done is found again by the next round.
            log.atWarn()
                    .addKeyValue("round", name)
                    .addKeyValue("reason", e.toString())
                    .log("round not finished, trying again");
        }
    }

    /** For what a future comes to, within a round. */
    @CanIgnoreReturnValue
    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(LONGEST_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** The round that is under way is finished if it does not take long. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
