package io.millrace.rules.backtest;

import java.util.Arrays;
import java.util.OptionalLong;

/** How long episodes were, within two per cent, in fixed memory. Milliseconds. */
final class LengthHistogram {

    /** Parts of each power of two. */
    private static final int PARTS = 64;

    private static final int PART_BITS = 6;

    private int[] counts = new int[0];
    private long total;

    void add(long millis) {
        int bucket = bucket(Math.max(0, millis));
        if (bucket >= counts.length) {
            counts = Arrays.copyOf(counts, bucket + PARTS);
        }
        counts[bucket]++;
        total++;
    }

    void add(LengthHistogram other) {
        if (other.counts.length > counts.length) {
            counts = Arrays.copyOf(counts, other.counts.length);
        }
        for (int i = 0; i < other.counts.length; i++) {
            counts[i] += other.counts[i];
        }
        total += other.total;
    }

    /** The length that the given share of the episodes does not exceed; empty without episodes. */
    OptionalLong quantile(double share) {
        long rank = Math.max(1, (long) Math.ceil(total * share));
        long seen = 0;
        for (int bucket = 0; bucket < counts.length; bucket++) {
            seen += counts[bucket];
            if (seen >= rank) {
                return OptionalLong.of(middle(bucket));
            }
        }
        return OptionalLong.empty();
    }

    private static int bucket(long millis) {
        if (millis < PARTS) {
            return (int) millis;
        }
        int shift = 63 - Long.numberOfLeadingZeros(millis) - PART_BITS;
        return (shift + 1) * PARTS + (int) (millis >> shift) - PARTS;
    }

    private static long middle(int bucket) {
        if (bucket < PARTS) {
            return bucket;
        }
        int shift = bucket / PARTS - 1;
        return ((long) (bucket % PARTS + PARTS) << shift) + (1L << shift >> 1);
    }
}
