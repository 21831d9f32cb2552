package io.millrace.gateway.flow;

import java.time.Duration;

/**
 * A rate with a burst (the generic cell rate algorithm): what a client has sent is paid for by time, and it may be ahead of its
 * payments by the burst. One number a client holds all of it: the nanosecond until which it has spent its time. Pure.
 */
public final class Rate {
    private static final double SECOND = Duration.ofSeconds(1).toNanos();

    private final double nanosPerUnit;
    private final long burstNanos;

    /**
     * @param perSecond units; 0 for any number
     * @param burst units at once after a quiet time
     */
    public Rate(double perSecond, double burst) {
        this.nanosPerUnit = perSecond <= 0 ? 0 : SECOND / perSecond;
        this.burstNanos = (long) (burst * nanosPerUnit);
    }

    /** What {@code spent} becomes when some more is sent at the time {@code now}. */
    public long spend(long spent, long now, int units) {
        long from = spent - now > 0 ? spent : now;
        return from + (long) (units * nanosPerUnit);
    }

    /** For how many nanoseconds nothing more should come; 0 or less for none. */
    public long overdrawn(long spent, long now) {
        return spent - now - burstNanos;
    }
}
