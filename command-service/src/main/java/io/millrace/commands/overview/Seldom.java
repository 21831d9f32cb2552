package io.millrace.commands.overview;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that costs work to find out, for many who ask often: found out by one at a time, not more often than its pause, and so that
 * finding out takes at most a twentieth of the time. Whoever asks meanwhile gets what is known, or waits for the one who is at it. A
 * failure is told to those who wait and not kept. Any thread.
 */
final class Seldom<T> {
    private static final int SHARE = 20;

    private final long pauseNanos;
    private final LongSupplier nanos;
    private final Supplier<Future<T>> source;
    private @Nullable Future<T> under;
    private @Nullable Future<T> known;
    private long knownUntil;

    /** @param nanos a clock such as {@link System#nanoTime} */
    Seldom(Duration pause, LongSupplier nanos, Supplier<Future<T>> source) {
        this.pauseNanos = pause.toNanos();
        this.nanos = nanos;
        this.source = source;
    }

    synchronized Future<T> get() {
        Future<T> before = known;
        if (before != null && knownUntil - nanos.getAsLong() > 0) {
            return before;
        }
        Future<T> waiting = under;
        if (waiting != null) {
            return waiting;
        }
        long begin = nanos.getAsLong();
        Future<T> asked = source.get();
        under = asked;
        var unused = asked.onComplete(result -> found(asked, begin));
        return asked;
    }

    private synchronized void found(Future<T> result, long begin) {
        under = null;
        if (result.succeeded()) {
            long now = nanos.getAsLong();
            known = result;
            knownUntil = Math.max(begin + pauseNanos, now + (now - begin) * SHARE);
        }
    }
}
