package io.millrace.rules.evaluation;

import java.util.Arrays;

/** When something happened lately: epoch milliseconds, in order. What is older than anybody asks for is forgotten. */
final class Times {

    private long[] times = new long[4];
    private int size;

    void add(long time) {
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
        }
        int at = size;
        while (at > 0 && times[at - 1] > time) {
            at--;
        }
        System.arraycopy(times, at, times, at + 1, size - at);
        times[at] = time;
        size++;
    }

    /** Up to that time, inclusive. */
    void forget(long until) {
        int gone = firstAfter(until);
        if (gone > 0) {
            System.arraycopy(times, gone, times, 0, size - gone);
            size -= gone;
        }
    }

    /** How many there are in (after, until]. */
    int within(long after, long until) {
        return firstAfter(until) - firstAfter(after);
    }

    private int firstAfter(long time) {
        if (size == 0 || times[size - 1] <= time) {
            return size;
        }
        int low = 0;
        int high = size - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (times[middle] > time) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** {@link Instance#NEVER} if there is none. */
    long last() {
        return size == 0 ? Instance.NEVER : times[size - 1];
    }

    int size() {
        return size;
    }

    long at(int i) {
        return times[i];
    }
}
