package io.millrace.commands.access;

import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;

/** Removes logins that are over, tries that no longer count, and old entries of the audit log. To be run every hour; asynchronous. */
public final class AccessRetention {
    private static final Duration PLACES_KEPT = Duration.ofDays(90);

    private final Logins logins;
    private final LoginLimit limit;
    private final AuditLog audit;
    private final Duration auditKept;
    private final Clock clock;

    public AccessRetention(Logins logins, LoginLimit limit, AuditLog audit, Duration auditKept, Clock clock) {
        this.logins = logins;
        this.limit = limit;
        this.audit = audit;
        this.auditKept = auditKept;
        this.clock = clock;
    }

    public Future<Void> removeOld() {
        return logins.removeOld(PLACES_KEPT)
                .compose(done -> limit.removeOld())
                .compose(done -> audit.removeOld(clock.instant().minus(auditKept)));
    }
}
