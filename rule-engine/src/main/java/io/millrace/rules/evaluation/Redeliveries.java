package io.millrace.rules.evaluation;

import java.util.Arrays;

/**
 * The last messages of a device, to tell a QoS 1 redelivery from news: the same {@code messageId} and the same payload among the
 * last 16, not older than 5 min, and no lower id since (a board that has rebooted counts from one again). No allocation once
 * there has been a message with an id.
 */
final class Redeliveries {

    static final int SIZE = 16;
    static final long MAX_AGE_MILLIS = 5 * 60_000;

    double[] ids = new double[0];
    int[] hashes = new int[0];
    long[] times = new long[0];
    int next;
    int count;
    /** None of those remembered has a higher id, so that a message that counts on is known as news without looking at them. */
    private double highest = Double.NEGATIVE_INFINITY;

    /** Whether it has been seen; if not, it is from now on. A message without id (NaN) is always news. */
    boolean seen(double id, int hash, long time) {
        if (Double.isNaN(id)) {
            return false;
        }
        if (id > highest) {
            remember(id, hash, time);
            return false;
        }
        boolean lowerSince = false;
        double found = Double.NEGATIVE_INFINITY;
        for (int back = 1; back <= count; back++) {
            int at = at(back);
            found = Math.max(found, ids[at]);
            if (ids[at] == id && hashes[at] == hash && time - times[at] <= MAX_AGE_MILLIS) {
                if (lowerSince) {
                    remember(id, hash, time);
                }
                return !lowerSince;
            }
            lowerSince |= ids[at] < id;
        }
        highest = found;
        remember(id, hash, time);
        return false;
    }

    /** Where the message is that came so many steps ago; 1 is the newest. */
    int at(int back) {
        return (next - back) & SIZE - 1;
    }

    void remember(double id, int hash, long time) {
        if (ids.length == 0) {
            ids = new double[SIZE];
            hashes = new int[SIZE];
            times = new long[SIZE];
            Arrays.fill(ids, Double.NaN);
        }
        highest = Math.max(highest, id);
        ids[next] = id;
        hashes[next] = hash;
        times[next] = time;
        next = (next + 1) & SIZE - 1;
        count = Math.min(count + 1, SIZE);
    }
}
