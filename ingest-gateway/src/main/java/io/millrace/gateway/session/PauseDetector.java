package io.millrace.gateway.session;

import java.time.Duration;

/** Notices that this process stood still: whether more than the lease lies between two looks at a steady clock. */
final class PauseDetector {
    private final long leaseNanos;
    private volatile long lastNanos;

    PauseDetector(Duration lease, long nowNanos) {
        leaseNanos = lease.toNanos();
        lastNanos = nowNanos;
    }

    /** Whether the process stood still beyond its lease since the last call; the lease begins anew. */
    boolean renew(long nowNanos) {
        boolean over = isOver(nowNanos);
        lastNanos = nowNanos;
        return over;
    }

    boolean isOver(long nowNanos) {
        return nowNanos - lastNanos > leaseNanos;
    }
}
