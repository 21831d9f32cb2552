package io.millrace.gateway;

import io.millrace.runtime.process.StartException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long the gateway waits for others while it starts and stops: on the caller's thread, which is none of the event loops. */
final class Patience {
    private static final Logger log = LoggerFactory.getLogger(Patience.class);
    private static final long START_SECONDS = 60;
    private static final long STOP_SECONDS = 3;

    private Patience() {}

    /**
     * @throws StartException with these words if it takes too long
     * @throws CompletionException with the cause if it fails
     */
    static void toStart(CompletionStage<?> stage, String otherwise) {
        try {
            var unused = stage.toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new StartException(otherwise, e);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", e);
        }
    }

    /** The gateway stops also if it is in vain: that is logged with these words. */
    static void toStop(CompletionStage<?> stage, String otherwise) {
        try {
            var unused = stage.toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.atWarn().setCause(e).log(otherwise);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
