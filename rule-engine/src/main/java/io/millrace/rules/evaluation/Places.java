package io.millrace.rules.evaluation;

import java.util.Arrays;

/** A set of places in a plan, gone through in order; reused for every message of a task. No allocation once it is large enough. */
final class Places {

    /** Instead of a further place: there is none. */
    static final int END = -1;

    private long[] words = new long[2];
    /** No word outside of these has a place. */
    private int lowest;

    private int highest = -1;

    /** Makes it empty, with room for so many places. */
    void clear(int room) {
        if (room > words.length << 6) {
            words = new long[room + 63 >> 6];
        } else if (highest >= lowest) {
            Arrays.fill(words, lowest, highest + 1, 0);
        }
        lowest = words.length;
        highest = -1;
    }

    void add(int place) {
        int word = place >> 6;
        words[word] |= 1L << place;
        lowest = Math.min(lowest, word);
        highest = Math.max(highest, word);
    }

    void add(int[] places, int from, int to) {
        for (int i = from; i < to; i++) {
            add(places[i]);
        }
    }

    void add(int[] places) {
        add(places, 0, places.length);
    }

    /** Those of which something is remembered. */
    void add(Instances instances) {
        for (int at = 0; at < instances.size(); at++) {
            add(instances.place(at));
        }
    }

    boolean has(int place) {
        return (words[place >> 6] & 1L << place) != 0;
    }

    /** The first place that is not before this one; {@link #END} if there is none. */
    int from(int place) {
        int word = Math.max(place >> 6, lowest);
        if (word > highest) {
            return END;
        }
        long bits = words[word];
        if (word == place >> 6) {
            bits &= -1L << place;
        }
        while (bits == 0) {
            if (++word > highest) {
                return END;
            }
            bits = words[word];
        }
        return (word << 6) + Long.numberOfTrailingZeros(bits);
    }
}
