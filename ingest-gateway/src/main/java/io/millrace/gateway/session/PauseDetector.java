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

    /** The lease begins anew. */
    void renew(long nowNanos) {
        lastNanos = nowNanos;
    }

    /** Whether the process has stood still beyond its lease since it was renewed. */
    boolean isOver(long nowNanos) {
        return nowNanos - lastNanos > leaseNanos;
    }
}
