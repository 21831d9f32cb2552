package io.millrace.rules.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The remembered past of one expression on one device: of its task's thread, kept in the device's changelog record, lives as long
 * as a rule in force reads it. Adding and reading allocate nothing.
 */
public abstract sealed class History permits TimeWindow, LastSamples, LastTwo, Truth {

    /** A time before all times. */
    public static final long NEVER = Long.MIN_VALUE;

    private final HistoryKind kind;
    private final long size;

    History(HistoryKind kind, long size) {
        this.kind = kind;
        this.size = size;
    }

    public final HistoryKind kind() {
        return kind;
    }

    /** Milliseconds of a window of time, number of samples of a window of samples, otherwise 0. */
    public final long size() {
        return size;
    }

    /** What it holds, as bytes for the changelog. */
    public abstract void write(DataOutput out) throws IOException;

    /** Takes up what {@link #write} gave; only into an empty one. */
    public abstract void read(DataInput in) throws IOException;
}
