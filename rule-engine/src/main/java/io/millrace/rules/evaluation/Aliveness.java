package io.millrace.rules.evaluation;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * When readings could have arrived at all. A sign of life (a gateway's heartbeat, a reading of any device) vouches for the
 * {@link #SPAN} after it; time for which nothing vouches does not count towards a device's silence, so nobody is called silent
 * because a gateway, or all of Millrace, was away. A function of what Kafka holds, hence the same after a restart. Any thread.
 */
public final class Aliveness {

    public static final long SPAN = 15_000;
    /** Answer of {@link #dueAt} while the silence has not lasted long enough. */
    public static final long NOT_YET = Long.MAX_VALUE;

    /** Signs of tasks are taken at most this often: they only need to keep the span alive. */
    private static final long GRAIN = 1_000;

    private static final long KEPT = Duration.ofDays(31).toMillis();

    private final TreeMap<Long, Long> spans = new TreeMap<>();
    private volatile long newest = Long.MIN_VALUE;

    private final Gateways gateways;

    public Aliveness() {
        this(new Gateways());
    }

    /** @param gateways whose own lives count for the devices that they serve */
    public Aliveness(Gateways gateways) {
        this.gateways = gateways;
    }

    /** What vouches for the readings of that device. */
    Aliveness of(String deviceId) {
        return gateways.of(deviceId).orElse(this);
    }

    /** The last sign of life; {@link Long#MIN_VALUE} if there was none. */
    public long newest() {
        return newest;
    }

    /** Cheap when called for every reading. */
    public void sign(long time) {
        if (time >= newest + GRAIN || time < newest - SPAN) {
            add(time);
        }
    }

    private synchronized void add(long time) {
        long from = time;
        long to = time + SPAN;
        Map.Entry<Long, Long> before = spans.floorEntry(from);
        if (before != null && before.getValue() >= from) {
            if (before.getValue() >= to) {
                return;
            }
            from = before.getKey();
        }
        Map.Entry<Long, Long> after = spans.higherEntry(from);
        while (after != null && after.getKey() <= to) {
            to = Math.max(to, after.getValue());
            spans.remove(after.getKey());
            after = spans.higherEntry(from);
        }
        spans.put(from, to);
        newest = Math.max(newest, time);
        while (spans.size() > 1 && spans.firstEntry().getValue() < newest - KEPT) {
            var unused = spans.pollFirstEntry();
        }
    }

    /** Whether a reading could have arrived at that time. */
    public synchronized boolean vouchesFor(long time) {
        Map.Entry<Long, Long> span = spans.floorEntry(time);
        return span != null && span.getValue() >= time;
    }

    /** The milliseconds after {@code since} and up to {@code until} in which a reading could have arrived. */
    public synchronized long between(long since, long until) {
        long total = 0;
        Long first = spans.floorKey(since);
        for (Map.Entry<Long, Long> span : (first == null ? spans : spans.tailMap(first, true)).entrySet()) {
            if (span.getKey() >= until) {
                break;
            }
            total += Math.max(0, Math.min(span.getValue(), until) - Math.max(span.getKey(), since));
        }
        return total;
    }

    /** The moment, not after {@code until}, at which a silence that began at {@code since} has lasted that long; or {@link #NOT_YET}. */
    public synchronized long dueAt(long since, long silence, long until) {
        if (until - since < silence) {
            return NOT_YET;
        }
        long missing = silence;
        Long first = spans.floorKey(since);
        for (Map.Entry<Long, Long> span : (first == null ? spans : spans.tailMap(first, true)).entrySet()) {
            long from = Math.max(span.getKey(), since);
            long part = span.getValue() - from;
            if (part >= missing) {
                long due = from + missing;
                return due <= until ? due : NOT_YET;
            }
            missing -= Math.max(0, part);
        }
        return NOT_YET;
    }
}
