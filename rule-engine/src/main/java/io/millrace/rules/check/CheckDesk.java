package io.millrace.rules.check;

import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.source.SourceText;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks files of people who may mean no good: one check at a time, on a thread of its own that is given up when its time is over.
 * Any thread may ask.
 */
public final class CheckDesk {

    private static final Logger log = LoggerFactory.getLogger(CheckDesk.class);

    private final Duration patience;
    private final Semaphore free = new Semaphore(1);

    public CheckDesk(Duration patience) {
        this.patience = patience;
    }

    /** There is no result; the message says why. */
    public static final class Unchecked extends Exception {
        private static final long serialVersionUID = 1;
        private final boolean busy;

        Unchecked(boolean busy, String message) {
            super(message, null, false, false);
            this.busy = busy;
        }

        /** Asked again later, it may be checked. */
        public boolean isBusy() {
            return busy;
        }
    }

    public RuleFiles.Loaded check(List<SourceText> files) throws Unchecked, InterruptedException {
        if (!free.tryAcquire()) {
            throw new Unchecked(true, "another check is running");
        }
        CompletableFuture<RuleFiles.Loaded> checked = new CompletableFuture<>();
        Thread thread = new Thread(() -> run(files, checked), "rules-check");
        thread.setDaemon(true);
        thread.start();
        try {
            return checked.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new Unchecked(false, "the check takes longer than " + patience.toSeconds() + " s");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StackOverflowError) {
                throw new Unchecked(false, "something in it is nested too deeply");
            }
            throw new IllegalStateException("a check failed", e.getCause());
        } finally {
            thread.interrupt();
        }
    }

    private void run(List<SourceText> files, CompletableFuture<RuleFiles.Loaded> checked) {
        Runnable answer = () -> checked.cancel(false);
        try {
            RuleFiles.Loaded loaded = RuleFiles.compile(files);
            answer = () -> checked.complete(loaded);
        } catch (CancellationException givenUp) {
            log.atDebug().addKeyValue("reason", givenUp).log("check given up");
        } catch (RuntimeException | StackOverflowError e) {
            answer = () -> checked.completeExceptionally(e);
        } finally {
            // Before the answer: who has it may ask again at once.
            free.release();
            answer.run();
        }
    }
}
