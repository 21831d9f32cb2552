package io.millrace.rules.evaluation;

import io.millrace.rules.expression.NextChange;
import io.millrace.rules.expression.Vouching;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * When readings could have arrived at all. A sign of life (a gateway's heartbeat, a reading of any device) vouches for the
 * {@link #SPAN} after it; time for which nothing vouches does not count towards a device's silence, so nobody is called silent
 * because a gateway, or all of Millrace, was away. A function of what Kafka holds, hence the same after a restart. Any thread.
 */
public final class Aliveness implements Vouching {

    public static final long SPAN = 15_000;
    /** Answer of {@link #dueAt} while the silence has not lasted long enough. */
    public static final long NOT_YET = Long.MAX_VALUE;

    /** Signs count as of the whole second, so that it does not matter which of them comes first. */
    private static final long GRAIN = 1_000;
    /** While nothing vouches nobody knows when a silence will be long enough: it is asked again, but not more often than this. */
    private static final long ASK_AGAIN = 1_000;

    /** Inclusive, in epoch milliseconds. */
    private record Span(long from, long to) {
        boolean covers(long start, long end) {
            return start >= from && end <= to;
        }
    }

    private static final long KEPT = Duration.ofDays(31).toMillis();

    private final TreeMap<Long, Long> spans = new TreeMap<>();
    private volatile Span last = new Span(0, -1);
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
        long second = time - Math.floorMod(time, GRAIN);
        if (!last.covers(second, second + SPAN)) {
            add(second, time);
        }
    }

    private synchronized void add(long second, long time) {
        long from = second;
        long to = second + SPAN;
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
        Map.Entry<Long, Long> end = spans.lastEntry();
        last = new Span(end.getKey(), end.getValue());
        while (spans.size() > 1 && spans.firstEntry().getValue() < newest - KEPT) {
            var unused = spans.pollFirstEntry();
        }
    }

    /** Whether a reading could have arrived at that time. */
    public synchronized boolean vouchesFor(long time) {
        Map.Entry<Long, Long> span = spans.floorEntry(time);
        return span != null && span.getValue() >= time;
    }

    @Override
    public long silence(String deviceId, long since, long now) {
        return of(deviceId).between(since, now);
    }

    @Override
    public long lasts(String deviceId, long since, long length, long now, long after) {
        if (since + length > now) {
            return since + length;
        }
        Aliveness own = of(deviceId);
        long due = own.dueAt(since, length, now);
        if (due == NOT_YET) {
            return now + Math.max(ASK_AGAIN, length - own.between(since, now));
        }
        return due > after ? due : NextChange.NONE;
    }

    /** The milliseconds after {@code since} and up to {@code until} in which a reading could have arrived. */
    long between(long since, long until) {
        return last.covers(since, until) ? until - since : counted(since, until);
    }

    private synchronized long counted(long since, long until) {
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
