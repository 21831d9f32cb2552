package io.millrace.rules.evaluation;

import io.millrace.rules.expression.FieldValues;

/** A parsed message: the values of the fields that some rule reads. Reused for every message of a task. */
public final class Reading {

    final FieldValues values;
    final long[] carried;
    double messageId = Double.NaN;
    /** When the device says that it was taken, in epoch milliseconds; NaN if it does not. */
    double timestamp = Double.NaN;

    int hash;

    Reading(int fields) {
        values = new FieldValues(fields);
        carried = new long[(fields >> 6) + 1];
    }

    /** Meaningful only in the slots of {@link #carried}. */
    FieldValues values() {
        return values;
    }

    /** Which fields the message carries, explicit nulls and refused values included: slot s = bit s & 63 of word s >> 6. */
    long[] carried() {
        return carried;
    }

    /** Its values are of that time, not of the one at which it was read. */
    void takenAt(long time) {
        for (int word = 0; word < carried.length; word++) {
            for (long bits = carried[word]; bits != 0; bits &= bits - 1) {
                values.retime((word << 6) + Long.numberOfTrailingZeros(bits), time);
            }
        }
    }

    /** NaN if it has none. */
    double messageId() {
        return messageId;
    }

    /** Of the payload bytes. */
    int hash() {
        return hash;
    }
}
