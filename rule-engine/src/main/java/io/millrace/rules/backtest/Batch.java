package io.millrace.rules.backtest;

import java.util.Arrays;

/** Some readings of one lane on their way from the reader to a worker: three copies of bytes instead of thousands of objects. */
final class Batch {

    static final int MESSAGES = 2048;
    private static final int BYTES = 256 << 10;

    private byte[] bytes = new byte[BYTES];
    private final int[] keyAt = new int[MESSAGES];
    private final int[] valueAt = new int[MESSAGES + 1];
    private final long[] times = new long[MESSAGES];
    /** When readings of other lanes came: proof that somebody could have spoken. */
    private long[] signs = new long[16];

    private int signCount;
    private int count;
    private int used;

    void add(byte[] source, int keyFrom, int keyTo, int valueFrom, int valueTo, long time) {
        int needed = used + keyTo - keyFrom + valueTo - valueFrom;
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
        }
        keyAt[count] = used;
        System.arraycopy(source, keyFrom, bytes, used, keyTo - keyFrom);
        used += keyTo - keyFrom;
        valueAt[count] = used;
        System.arraycopy(source, valueFrom, bytes, used, valueTo - valueFrom);
        used += valueTo - valueFrom;
        times[count++] = time;
    }

    void sign(long time) {
        if (signCount == signs.length) {
            signs = Arrays.copyOf(signs, signCount * 2);
        }
        signs[signCount++] = time;
    }

    boolean isFull() {
        return count == MESSAGES || used >= BYTES;
    }

    int size() {
        return count;
    }

    long time(int i) {
        return times[i];
    }

    byte[] key(int i) {
        return Arrays.copyOfRange(bytes, keyAt[i], valueAt[i]);
    }

    byte[] value(int i) {
        return Arrays.copyOfRange(bytes, valueAt[i], i + 1 < count ? keyAt[i + 1] : used);
    }

    int signs() {
        return signCount;
    }

    long sign(int i) {
        return signs[i];
    }
}
