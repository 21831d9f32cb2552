package io.millrace.runtime.tls;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then whether the files hold another certificate, on a thread of its own. Changed files are looked at a second time, soon,
 * and count if they have stood still: a list of client CAs that is half written may be a valid one. Files that cannot be used change
 * nothing and are said once.
 */
public final class CertificateWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CertificateWatch.class);
    private static final Duration SECOND_LOOK = Duration.ofMillis(500);

    private final CertificateFiles files;
    private final Duration pace;
    private final Listener listener;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "tls-files");
        thread.setDaemon(true);
        return thread;
    });

    private final ServerCertificate first;
    private CertificateFiles.Content content;
    private CertificateFiles.Content last;
    private String problem = "";

    /** Who uses the certificate. */
    public interface Listener {
        /**
         * @param certificate from now on, for new connections
         * @throws BadCertificate if it cannot be used after all
         */
        void changed(ServerCertificate certificate) throws BadCertificate;

        /** @param reason why the changed files cannot be used; the certificate before them stays */
        void kept(String reason);
    }

    /**
     * Reads the files and does not look again before {@link #start}.
     *
     * @throws BadCertificate if they cannot be used
     */
    public CertificateWatch(CertificateFiles files, Duration pace, Listener listener) throws BadCertificate {
        this.files = files;
        this.pace = pace;
        this.listener = listener;
        content = files.read();
        last = content;
        first = ServerCertificate.of(files, content);
    }

    /** What was in the files at first. */
    public ServerCertificate first() {
        return first;
    }

    public void start() {
        var unused = watch.scheduleWithFixedDelay(
                this::lookUntilStill, pace.toMillis(), pace.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void lookUntilStill() {
        if (!look()) {
            long millis = Math.min(pace.toMillis(), SECOND_LOOK.toMillis());
            var unused = watch.schedule(this::lookUntilStill, millis, TimeUnit.MILLISECONDS);
        }
    }

    /** False if the files are not as they were at the last look. */
    public boolean look() {
        try {
            CertificateFiles.Content now = files.read();
            boolean still = now.isSameAs(last);
            last = now;
            if (still) {
                if (!now.isSameAs(content)) {
                    listener.changed(ServerCertificate.of(files, now));
                    content = now;
                }
                problem = "";
            }
            return still;
        } catch (BadCertificate e) {
            keep(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("the certificate's files could not be looked at");
        }
        return true;
    }

    private void keep(String reason) {
        if (!reason.equals(problem)) {
            problem = reason;
            listener.kept(reason);
            log.atWarn().addKeyValue("reason", reason).log("certificate kept, the new files cannot be used");
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
