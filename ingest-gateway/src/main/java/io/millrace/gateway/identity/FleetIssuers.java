package io.millrace.gateway.identity;

import io.millrace.gateway.GatewayMetrics;
import io.millrace.runtime.process.StartException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The issuers whose tokens open for any device. Their file is looked at twice a second: who is taken out of it is trusted no
 * more, and whom its tokens let in are disconnected. Only what two looks in a row have seen counts, for a file may be looked at
 * while it is being written. One that cannot be understood changes nothing, is counted and told once. Read by any thread;
 * {@code changed} is called on a thread of its own.
 */
public final class FleetIssuers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FleetIssuers.class);
    private static final long LOOK_MILLIS = 500;

    private final GatewayMetrics metrics;
    private final Runnable changed;
    private final @Nullable Watch watch;
    private volatile Map<String, FleetIssuer> issuers;

    /** The file, and what of it has been seen; the looking thread's. */
    private static final class Watch {
        final IssuersFile file;
        final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(run -> {
            Thread thread = new Thread(run, "gateway-issuers");
            thread.setDaemon(true);
            return thread;
        });
        IssuersFile.Look last;
        IssuersFile.Look judged;

        Watch(IssuersFile file, IssuersFile.Look first) {
            this.file = file;
            this.last = first;
            this.judged = first;
        }
    }

    /**
     * @param path empty for none
     * @param changed called after each change
     * @throws StartException if the file cannot be read or understood
     */
    public FleetIssuers(Optional<Path> path, GatewayMetrics metrics, Runnable changed) {
        this.metrics = metrics;
        this.changed = changed;
        if (path.isEmpty()) {
            issuers = Map.of();
            watch = null;
            return;
        }
        IssuersFile file = new IssuersFile(path.get());
        IssuersFile.Look first = file.look();
        if (first.problem().isPresent()) {
            throw new StartException(
                    "identity.jwt.issuers-file: " + first.problem().get(), null);
        }
        issuers = first.issuers();
        watch = new Watch(file, first);
    }

    public void start() {
        if (watch != null) {
            var unused =
                    watch.looking.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** The looking thread, or a test. */
    void look() {
        if (watch != null) {
            look(watch);
        }
    }

    private void look(Watch at) {
        try {
            IssuersFile.Look now = at.file.look();
            boolean settled = now.isSameAs(at.last);
            at.last = now;
            if (settled && !now.isSameAs(at.judged)) {
                at.judged = now;
                judge(now);
            }
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("the issuers' file could not be looked at");
        }
    }

    private void judge(IssuersFile.Look now) {
        if (now.problem().isPresent()) {
            metrics.issuersReloadFailed.increment();
            log.atError()
                    .addKeyValue("reason", now.problem().get())
                    .log("issuers not read, those before stay in force");
        } else if (!sameKeys(now.issuers(), issuers)) {
            issuers = now.issuers();
            metrics.issuersReloaded.increment();
            log.atInfo().addKeyValue("issuers", issuers.keySet()).log("issuers changed");
            changed.run();
        }
    }

    /** Keys compare by their fingerprints, for their bytes are arrays. */
    private static boolean sameKeys(Map<String, FleetIssuer> some, Map<String, FleetIssuer> others) {
        return some.keySet().equals(others.keySet())
                && some.values().stream().allMatch(issuer -> same(issuer, others.get(issuer.name())));
    }

    private static boolean same(FleetIssuer issuer, @Nullable FleetIssuer other) {
        return other != null
                && issuer.audience().equals(other.audience())
                && issuer.keys().stream()
                        .map(FleetIssuers::marks)
                        .toList()
                        .equals(other.keys().stream().map(FleetIssuers::marks).toList());
    }

    private static String marks(TokenKey key) {
        return key.algorithm() + " " + key.fingerprint() + " " + key.keyId().orElse("");
    }

    Optional<FleetIssuer> find(@Nullable String name) {
        return name == null ? Optional.empty() : Optional.ofNullable(issuers.get(name));
    }

    /** Whether the key that signed this token is still one of its issuer's. */
    boolean trusts(Credential.Jwt jwt) {
        return jwt.issuer()
                .flatMap(this::find)
                .map(issuer ->
                        issuer.keys().stream().anyMatch(key -> key.fingerprint().equals(jwt.key())))
                .orElse(false);
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.looking.shutdownNow();
        }
    }
}
