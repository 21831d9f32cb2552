package io.millrace.gateway.flow;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An event loop for tasks of any thread. When the gateway has stopped, what somebody still wants done concerns nobody. */
public record OnLoop(EventLoop eventLoop) implements Executor {
    private static final Logger log = LoggerFactory.getLogger(OnLoop.class);

    @Override
    public void execute(Runnable task) {
        try {
            eventLoop.execute(task);
        } catch (RejectedExecutionException e) {
            log.atDebug().setCause(e).log("event loop has stopped");
        }
    }

    /** From this loop itself. */
    public ScheduledFuture<?> after(Duration delay, Runnable task) {
        return eventLoop.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
}
