package io.millrace.rules.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The samples of (now - w, now], summed up in a ring of sub-buckets a sixtieth of w wide (at least a second): what lies in a
 * sub-bucket that the window touches counts whole. A sub-bucket k holds the times of (k * step, (k + 1) * step], so a window that
 * ends on a whole step is exact.
 *
 * <p>The total over the window is kept beside the buckets. Samples that come in order are added to it, and what falls out is taken
 * out where that can be done exactly; else, and after a late sample, it is summed up anew.
 */
public abstract sealed class TimeWindow extends History
        permits MeanWindow, SpreadWindow, ExtremeWindow, StepWindow, SlopeWindow {

    public static final long SHORTEST = 1_000;
    public static final long LONGEST = 24 * 3_600_000L;
    private static final int STEPS = 60;
    private static final long SECOND = 1_000;
    /** In the changelog: the number of samples follows as an int. */
    private static final int MANY = 255;

    private final long step;
    /** One more than fit into the window, which may begin in the middle of one. */
    private final int ring;
    /** The row of the total, behind those of the buckets. */
    final int total;

    private final int columns;
    /** Samples of each row. */
    final int[] counts;
    /** Row after row. */
    final double[] cells;

    private long newest = NEVER;
    private long newestTime = NEVER;
    private long summedFrom = NEVER;

    TimeWindow(HistoryKind kind, long width) {
        super(kind, width);
        step = step(width);
        ring = ring(width);
        total = ring;
        columns = kind.columns();
        counts = new int[ring + 1];
        cells = new double[(ring + 1) * columns];
    }

    private static long step(long width) {
        return Math.max(SECOND, (width + STEPS - 1) / STEPS);
    }

    private static int ring(long width) {
        return (int) ((width + step(width) - 1) / step(width)) + 1;
    }

    static long bytes(int columns, long width) {
        return 120 + (ring(width) + 1) * (4L + 8L * columns);
    }

    /** A sample; one that is older than the newest counts as long as the window reaches back to it. */
    public final void add(double value, long time) {
        long bucket = Math.floorDiv(time - 1, step);
        if (newest != NEVER && bucket <= newest - ring) {
            return;
        }
        if (newest == NEVER || bucket > newest) {
            turnTo(bucket);
        }
        int row = row(bucket);
        append(row, value, time);
        counts[row]++;
        if (time >= newestTime && summedFrom != NEVER && summedFrom <= newest) {
            append(total, value, time);
            counts[total]++;
        } else {
            summedFrom = NEVER;
        }
        newestTime = Math.max(newestTime, time);
    }

    private void turnTo(long bucket) {
        if (newest != NEVER) {
            drop(bucket - ring + 1);
            for (long next = Math.max(newest + 1, bucket - ring + 1); next <= bucket; next++) {
                counts[row(next)] = 0;
            }
        }
        newest = bucket;
    }

    /** Takes the buckets before that one out of the total, if it holds. */
    private void drop(long from) {
        if (summedFrom == NEVER || from <= summedFrom) {
            return;
        }
        int row = row(summedFrom);
        for (long bucket = summedFrom; bucket < from && counts[total] > 0; bucket++) {
            int count = counts[row];
            if (count > 0 && count < counts[total] && !takeOut(row, nextRow(row))) {
                summedFrom = NEVER;
                return;
            }
            counts[total] -= count;
            row = row + 1 == ring ? 0 : row + 1;
        }
        summedFrom = from;
    }

    /** The row after that one that has samples; there is one. */
    private int nextRow(int row) {
        int next = row;
        do {
            next = next + 1 == ring ? 0 : next + 1;
        } while (counts[next] == 0);
        return next;
    }

    private int row(long bucket) {
        return (int) Math.floorMod(bucket, (long) ring);
    }

    /** Brings the total up to that moment. Returns how many samples the window has. */
    final int sum(long now) {
        if (newest == NEVER) {
            return 0;
        }
        long from = Math.max(Math.floorDiv(now - size(), step), newest - ring + 1);
        drop(from);
        if (from != summedFrom) {
            counts[total] = 0;
            int row = row(from);
            for (long left = newest - from; left >= 0; left--) {
                if (counts[row] > 0) {
                    fold(total, row);
                    counts[total] += counts[row];
                }
                row = row + 1 == ring ? 0 : row + 1;
            }
            summedFrom = from;
        }
        return counts[total];
    }

    /** Where the cells of a row begin. */
    final int at(int row) {
        return row * columns;
    }

    /** Adds a sample to a row, whose count is 0 if it is empty and its cells then rubbish. */
    abstract void append(int row, double value, long time);

    /** Adds a row that has samples to another that holds earlier ones, or none. */
    abstract void fold(int into, int row);

    /**
     * Takes the first row that has samples out of the total, exactly; {@code next} is the next one that has.
     *
     * @return false if it cannot be done: the total is then summed up anew
     */
    boolean takeOut(int row, int next) {
        return false;
    }

    /** The one sample of a row that has one. */
    double valueOfOne(int row) {
        return cells[at(row)];
    }

    /** Its time, if the kind keeps times. */
    long timeOfOne(int row) {
        return NEVER;
    }

    /** The rows that have samples, from the newest back. A row with one sample, as most have, is written as that sample. */
    @Override
    public final void write(DataOutput out) throws IOException {
        out.writeLong(newest);
        out.writeLong(newestTime);
        if (newest == NEVER) {
            return;
        }
        long rows = 0;
        for (int back = 0; back < ring; back++) {
            rows |= counts[row(newest - back)] > 0 ? 1L << back : 0;
        }
        out.writeLong(rows);
        for (int back = 0; back < ring; back++) {
            int row = row(newest - back);
            if (counts[row] == 1) {
                out.writeByte(1);
                out.writeDouble(valueOfOne(row));
                if (kind().isTimed()) {
                    out.writeInt((int) (timeOfOne(row) - (newest - back) * step));
                }
            } else if (counts[row] > 0) {
                out.writeByte(Math.min(counts[row], MANY));
                if (counts[row] >= MANY) {
                    out.writeInt(counts[row]);
                }
                for (int i = 0; i < columns; i++) {
                    out.writeDouble(cells[at(row) + i]);
                }
            }
        }
    }

    @Override
    public final void read(DataInput in) throws IOException {
        newest = in.readLong();
        newestTime = in.readLong();
        if (newest == NEVER) {
            return;
        }
        long rows = in.readLong();
        for (int back = 0; back < ring; back++) {
            if ((rows & 1L << back) != 0) {
                readRow(newest - back, in);
            }
        }
    }

    private void readRow(long bucket, DataInput in) throws IOException {
        int row = row(bucket);
        int count = in.readUnsignedByte();
        if (count == 1) {
            double value = in.readDouble();
            append(row, value, kind().isTimed() ? bucket * step + in.readInt() : NEVER);
        } else {
            count = count == MANY ? in.readInt() : count;
            for (int i = 0; i < columns; i++) {
                cells[at(row) + i] = in.readDouble();
            }
        }
        counts[row] = count;
    }
}
