package io.millrace.simulator.ledger;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Which of one device's readings Kafka has. Costs next to nothing while they come in order and without gaps. */
final class SeenReadings {
    /** A million readings of one device are not under way at once; a number beyond is somebody else's, and would cost memory. */
    private static final int LARGEST_GAP = 1_000_000;

    /** 1 to this have been seen, all of them. */
    private int upTo;

    private int highest;
    /** Those beyond: bit 0 is `upTo + 1`, which is not set; null if there is none. */
    private @Nullable BitSet beyond;

    enum Arrival {
        IN_ORDER,
        /** For the first time, but after a later one. */
        REORDERED,
        AGAIN
    }

    Arrival saw(int messageId) {
        if (has(messageId)) {
            return Arrival.AGAIN;
        }
        boolean late = messageId < highest;
        highest = Math.max(highest, messageId);
        if (messageId == upTo + 1) {
            upTo++;
            catchUp();
        } else {
            if (beyond == null) {
                beyond = new BitSet();
            }
            beyond.set(messageId - upTo - 1);
        }
        return late ? Arrival.REORDERED : Arrival.IN_ORDER;
    }

    int highestPlausible() {
        return upTo + LARGEST_GAP;
    }

    boolean has(int messageId) {
        return messageId <= upTo || beyond != null && beyond.get(messageId - upTo - 1);
    }

    /** How many of 1 to `last` have not been seen. */
    int missing(int last) {
        int missing = 0;
        for (int messageId = upTo + 1; messageId <= last; messageId++) {
            if (!has(messageId)) {
                missing++;
            }
        }
        return missing;
    }

    /** The gap before those beyond is closed. */
    private void catchUp() {
        if (beyond == null) {
            return;
        }
        int run = beyond.nextClearBit(1) - 1;
        upTo += run;
        // What was beyond moves down; the first of it is not set, or it would have been part of the run.
        BitSet rest = beyond.get(run + 1, Math.max(run + 1, beyond.length()));
        beyond = rest.isEmpty() ? null : rest;
    }
}
