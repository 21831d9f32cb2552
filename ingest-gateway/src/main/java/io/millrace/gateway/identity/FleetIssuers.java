package io.millrace.gateway.identity;

import io.millrace.runtime.process.StartException;
import java.io.IOException;
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
 * more at once, and whom its tokens let in are disconnected. A file that cannot be understood changes nothing and is told once.
 * Read by any thread; {@code changed} is called on a thread of its own.
 */
public final class FleetIssuers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FleetIssuers.class);
    private static final long LOOK_MILLIS = 500;

    private final @Nullable IssuersFile file;
    private final Runnable changed;
    private final @Nullable ScheduledExecutorService looking;
    private volatile Map<String, FleetIssuer> issuers = Map.of();
    private String told = "";

    /**
     * @param path empty for none
     * @param changed called after each change
     * @throws StartException if the file cannot be read or understood
     */
    public FleetIssuers(Optional<Path> path, Runnable changed) {
        this.file = path.map(IssuersFile::new).orElse(null);
        this.changed = changed;
        if (file == null) {
            looking = null;
            return;
        }
        try {
            issuers = Map.copyOf(file.read());
        } catch (IOException | IllegalArgumentException e) {
            throw new StartException("identity.jwt.issuers-file: " + reason(e), e);
        }
        looking = Executors.newSingleThreadScheduledExecutor(run -> {
            Thread thread = new Thread(run, "gateway-issuers");
            thread.setDaemon(true);
            return thread;
        });
    }

    public void start() {
        if (looking != null) {
            var unused = looking.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        if (file == null) {
            return;
        }
        try {
            Map<String, FleetIssuer> now = Map.copyOf(file.read());
            told = "";
            if (!sameKeys(now, issuers)) {
                issuers = now;
                log.atInfo().addKeyValue("issuers", now.keySet()).log("issuers changed");
                changed.run();
            }
        } catch (IOException | RuntimeException e) {
            if (!told.equals(reason(e))) {
                told = reason(e);
                log.atError().addKeyValue("reason", told).log("issuers not read, those before stay in force");
            }
        }
    }

    private static String reason(Exception e) {
        return e instanceof IOException ? "cannot be read: " + e : String.valueOf(e.getMessage());
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
        if (looking != null) {
            looking.shutdownNow();
        }
    }
}
