package io.millrace.rules.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The last n samples, exactly. Grows up to n; the ranked kind keeps them sorted as well. A sample older than the newest is passed
 * over: which n are the last would otherwise depend on times that are not kept.
 */
public final class LastSamples extends History {

    public static final int MOST = 1_000;
    private static final int FIRST_ROOM = 16;

    private final int most;
    private double[] ring;
    private double[] ranked;
    private int count;
    private int next;
    private long newestTime = NEVER;

    private boolean summed;
    private double sum;
    private double least;
    private double greatest;

    LastSamples(HistoryKind kind, int most) {
        super(kind, most);
        this.most = most;
        ring = new double[Math.min(most, FIRST_ROOM)];
        ranked = new double[kind == HistoryKind.RANKED ? ring.length : 0];
    }

    public void add(double value, long time) {
        if (time < newestTime) {
            return;
        }
        newestTime = time;
        summed = false;
        if (count == ring.length && count < most) {
            grow();
        }
        if (ranked.length > 0) {
            rank(value);
        }
        ring[next] = value;
        next = next + 1 == ring.length ? 0 : next + 1;
        count = Math.min(count + 1, ring.length);
    }

    /** Only while it has never been full: the oldest is at 0. */
    private void grow() {
        next = count;
        ring = Arrays.copyOf(ring, Math.min(most, ring.length * 2));
        if (ranked.length > 0) {
            ranked = Arrays.copyOf(ranked, ring.length);
        }
    }

    private void rank(double value) {
        int held = count;
        if (count == ring.length) {
            int gone = Arrays.binarySearch(ranked, 0, held, ring[next]);
            held--;
            System.arraycopy(ranked, gone + 1, ranked, gone, held - gone);
        }
        int found = Arrays.binarySearch(ranked, 0, held, value);
        int at = found < 0 ? -found - 1 : found;
        System.arraycopy(ranked, at, ranked, at + 1, held - at);
        ranked[at] = value;
    }

    private boolean sumUp() {
        if (!summed) {
            sum = 0;
            least = Double.POSITIVE_INFINITY;
            greatest = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < count; i++) {
                sum += ring[i];
                least = Math.min(least, ring[i]);
                greatest = Math.max(greatest, ring[i]);
            }
            summed = true;
        }
        return count > 0;
    }

    public double sum() {
        return sumUp() ? sum : Double.NaN;
    }

    public double mean() {
        return sumUp() ? sum / count : Double.NaN;
    }

    public double least() {
        return sumUp() ? least : Double.NaN;
    }

    public double greatest() {
        return sumUp() ? greatest : Double.NaN;
    }

    public double count() {
        return count == 0 ? Double.NaN : count;
    }

    /** Between the two nearest ranks as PromQL does; of the ranked kind only. */
    public double quantile(double q) {
        if (count == 0 || !(q >= 0 && q <= 1)) {
            return Double.NaN;
        }
        double rank = q * (count - 1);
        int below = (int) rank;
        int above = Math.min(below + 1, count - 1);
        double weight = rank - below;
        return ranked[below] * (1 - weight) + ranked[above] * weight;
    }

    /** From the oldest to the newest. */
    @Override
    public void write(DataOutput out) throws IOException {
        out.writeLong(newestTime);
        out.writeShort(count);
        int oldest = count < ring.length ? 0 : next;
        for (int i = 0; i < count; i++) {
            out.writeDouble(ring[(oldest + i) % ring.length]);
        }
    }

    @Override
    public void read(DataInput in) throws IOException {
        long time = in.readLong();
        for (int i = in.readShort(); i > 0; i--) {
            add(in.readDouble(), time);
        }
        newestTime = time;
    }
}
