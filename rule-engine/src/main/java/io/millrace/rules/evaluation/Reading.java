package io.millrace.rules.evaluation;

import io.millrace.rules.expression.FieldValues;

/** A parsed message: the values of the fields that some rule reads. Reused for every message of a task. */
public final class Reading {

    final FieldValues values;
    final long[] carried;
    double messageId = Double.NaN;
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

    /** NaN if it has none. */
    double messageId() {
        return messageId;
    }

    /** Of the payload bytes. */
    int hash() {
        return hash;
    }
}
