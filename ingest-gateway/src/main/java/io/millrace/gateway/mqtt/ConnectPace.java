package io.millrace.gateway.mqtt;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * When a CONNECT may go on. Below the rate at once. A fleet that comes back in lock-step is spread: each CONNECT beyond the rate
 * gets a random place in a calendar of the next 8 s, of which no page holds more than the rate allows, and looks the further
 * ahead the more are waiting. When all pages are full, or too many wait, it is refused. One event loop's part of the rate;
 * its thread only.
 */
final class ConnectPace {
    /** esp-mqtt gives up on a CONNACK after 10 s. */
    static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(8);

    static final long REFUSED = -1;

    private static final long SHORTEST_PAGE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** What may come at once after a quiet time: a quarter of a second's worth. */
    private static final double BURST_SECONDS = 0.25;

    private final double perNano;
    private final double burst;
    private final int mostWaiting;
    private final RandomGenerator random;
    private final long pageNanos;
    private final int perPage;
    private final int[] pages;
    private long page;
    private int waiting;
    private double credit;
    private long creditAt;

    /** @param perSecond above 0 */
    ConnectPace(double perSecond, int mostWaiting, long now, RandomGenerator random) {
        this.perNano = perSecond / TimeUnit.SECONDS.toNanos(1);
        this.burst = Math.max(1, perSecond * BURST_SECONDS);
        this.mostWaiting = mostWaiting;
        this.random = random;
        this.pageNanos = Math.max(SHORTEST_PAGE_NANOS, (long) (1 / perNano));
        this.perPage = Math.max(1, (int) (perNano * pageNanos));
        this.pages = new int[Math.max(2, (int) (LONGEST_NANOS / pageNanos))];
        this.page = Math.floorDiv(now, pageNanos);
        this.credit = burst;
        this.creditAt = now;
    }

    /** Nanoseconds to wait, 0 for not at all, or {@link #REFUSED}. */
    long delay(long now) {
        turnTo(Math.floorDiv(now, pageNanos));
        credit = waiting > 0 ? 0 : Math.min(burst, credit + (now - creditAt) * perNano);
        creditAt = now;
        if (credit >= 1) {
            credit--;
            return 0;
        }
        return waiting < mostWaiting ? place(now) : REFUSED;
    }

    /** The pages that lie behind are empty again, for the end of the calendar. */
    private void turnTo(long current) {
        long past = Math.min(current - page, pages.length);
        for (int i = 0; i < past; i++) {
            int index = index(page + i);
            waiting -= pages[index];
            pages[index] = 0;
        }
        page = current;
    }

    private long place(long now) {
        int ahead = pages.length - 1;
        int reach = Math.min(ahead, 1 + 2 * waiting / perPage);
        int first = random.nextInt(reach);
        for (int i = 0; i < ahead; i++) {
            long at = page + 1 + (first + i) % ahead;
            if (pages[index(at)] < perPage) {
                pages[index(at)]++;
                waiting++;
                return at * pageNanos - now + random.nextLong(pageNanos);
            }
        }
        return REFUSED;
    }

    private int index(long of) {
        return (int) Math.floorMod(of, (long) pages.length);
    }
}
