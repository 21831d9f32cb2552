package io.millrace.rules.backtest;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Whole numbers by the second, in memory for the hours in which there are any. */
final class BySecond {

    private static final int HOUR = 3_600;

    private final TreeMap<Long, int[]> hours = new TreeMap<>();

    void add(long second, int count) {
        int[] hour = hours.computeIfAbsent(Math.floorDiv(second, HOUR), any -> new int[HOUR]);
        hour[(int) Math.floorMod(second, (long) HOUR)] += count;
    }

    void add(BySecond other) {
        other.hours.forEach((number, counts) -> {
            int[] hour = hours.computeIfAbsent(number, any -> new int[HOUR]);
            for (int i = 0; i < HOUR; i++) {
                hour[i] += counts[i];
            }
        });
    }

    /** The largest sum of all up to some second. */
    int peak() {
        int sum = 0;
        int most = 0;
        for (int[] hour : hours.values()) {
            for (int count : hour) {
                sum += count;
                most = Math.max(most, sum);
            }
        }
        return most;
    }

    /** The first second up to which the sum is more than that. */
    OptionalLong firstBeyond(int limit) {
        int sum = 0;
        for (Map.Entry<Long, int[]> hour : hours.entrySet()) {
            for (int i = 0; i < HOUR; i++) {
                sum += hour.getValue()[i];
                if (sum > limit) {
                    return OptionalLong.of(hour.getKey() * HOUR + i);
                }
            }
        }
        return OptionalLong.empty();
    }

    /** How many would not have passed if only so many may within any stretch of that many seconds. */
    long beyond(int most, int seconds) {
        int[] passed = new int[seconds];
        long within = 0;
        long withheld = 0;
        long last = Long.MIN_VALUE;
        for (Map.Entry<Long, int[]> hour : hours.entrySet()) {
            for (int i = 0; i < HOUR; i++) {
                long second = hour.getKey() * HOUR + i;
                if (last == Long.MIN_VALUE || second - last > seconds) {
                    java.util.Arrays.fill(passed, 0);
                    within = 0;
                    last = second - 1;
                }
                while (last < second) {
                    last++;
                    int slot = (int) Math.floorMod(last, (long) seconds);
                    within -= passed[slot];
                    passed[slot] = 0;
                }
                int passes = (int) Math.min(hour.getValue()[i], most - within);
                passed[(int) Math.floorMod(second, (long) seconds)] = passes;
                within += passes;
                withheld += hour.getValue()[i] - passes;
            }
        }
        return withheld;
    }
}
