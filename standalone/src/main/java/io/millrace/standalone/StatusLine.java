package io.millrace.standalone;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once a second on a terminal, and every ten seconds elsewhere, what the system is doing. A thread of its own. */
final class StatusLine implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StatusLine.class);
    private static final Duration ON_A_TERMINAL = Duration.ofSeconds(1);
    private static final Duration ELSEWHERE = Duration.ofSeconds(10);

    private final Standalone standalone;
    private final Terminal terminal;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread status = new Thread(task, "status");
        status.setDaemon(true);
        return status;
    });
    private Activity last;
    private long lastNanos = System.nanoTime();

    StatusLine(Standalone standalone, Terminal terminal) {
        this.standalone = standalone;
        this.terminal = terminal;
        this.last = standalone.activity();
    }

    void start() {
        long millis = (terminal.isInteractive() ? ON_A_TERMINAL : ELSEWHERE).toMillis();
        var unused = thread.scheduleAtFixedRate(this::draw, millis, millis, TimeUnit.MILLISECONDS);
    }

    private void draw() {
        try {
            if (!standalone.isRunning()) {
                return;
            }
            Activity now = standalone.activity();
            long nanos = System.nanoTime();
            String reaction =
                    standalone.recentReaction().map(text -> " | " + text).orElse("");
            terminal.status(now.line(last, (nanos - lastNanos) / 1e9) + reaction);
            last = now;
            lastNanos = nanos;
        } catch (RuntimeException e) {
            log.atWarn().setCause(e).log("status line left out");
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
