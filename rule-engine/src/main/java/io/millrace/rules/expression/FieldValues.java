package io.millrace.rules.expression;

import io.millrace.rules.history.History;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The last values of one device, one slot per field of the rule set, and what is remembered of their past. A slot holds a number, a flag, a text (or list), or nothing;
 * asked for another type than it holds it answers "missing", so nothing is ever converted. Not thread-safe: owned by the task that
 * owns the device.
 */
public final class FieldValues {

    private static final long NEVER = Long.MIN_VALUE;

    final double[] numbers;
    final byte[] flags;
    final @Nullable Object[] objects;
    final long[] times;
    /** By slot of the {@link HistoryTable}; grows when the first history is remembered. */
    private @Nullable History[] histories = new History[0];

    private long firstSeen = NEVER;

    public FieldValues(int size) {
        numbers = new double[size];
        flags = new byte[size];
        objects = new Object[size];
        times = new long[size];
        Arrays.fill(numbers, Double.NaN);
        Arrays.fill(flags, BooleanExpression.UNKNOWN_FLAG);
        Arrays.fill(times, NEVER);
    }

    public int size() {
        return numbers.length;
    }

    /** Raw writers, for restoring stored state; messages go through {@link Field}. Times are epoch milliseconds. */
    public void setNumber(int slot, double number, long time) {
        numbers[slot] = number;
        flags[slot] = BooleanExpression.UNKNOWN_FLAG;
        objects[slot] = null;
        times[slot] = time;
    }

    public void setFlag(int slot, boolean flag, long time) {
        numbers[slot] = Double.NaN;
        flags[slot] = (byte) BooleanExpression.of(flag);
        objects[slot] = null;
        times[slot] = time;
    }

    public void setObject(int slot, Object value, long time) {
        numbers[slot] = Double.NaN;
        flags[slot] = BooleanExpression.UNKNOWN_FLAG;
        objects[slot] = value;
        times[slot] = time;
    }

    /** An explicit null: the value goes, the time at which there was one stays (for {@code age}). */
    public void clear(int slot) {
        numbers[slot] = Double.NaN;
        flags[slot] = BooleanExpression.UNKNOWN_FLAG;
        objects[slot] = null;
    }

    /** 2 if the slot holds no flag. */
    public int flag(int slot) {
        return flags[slot];
    }

    /** NaN if the slot holds no number. */
    public double number(int slot) {
        return numbers[slot];
    }

    public boolean has(int slot) {
        return !Double.isNaN(numbers[slot]) || flags[slot] != BooleanExpression.UNKNOWN || objects[slot] != null;
    }

    /** The value as Double, Boolean, String or List; null where there is none. Allocates: not for the path of each message. */
    public @Nullable Object value(int slot) {
        if (!Double.isNaN(numbers[slot])) {
            return numbers[slot];
        }
        if (flags[slot] != BooleanExpression.UNKNOWN) {
            return flags[slot] == BooleanExpression.TRUE;
        }
        return objects[slot];
    }

    /** When the slot last got a value, in epoch milliseconds; {@link Long#MIN_VALUE} if never. */
    public long time(int slot) {
        return times[slot];
    }

    /** Null until the first sample. */
    public @Nullable History history(int slot) {
        return slot < histories.length ? histories[slot] : null;
    }

    public void remember(int slot, History history) {
        if (slot >= histories.length) {
            histories = Arrays.copyOf(histories, slot + 1);
        }
        histories[slot] = history;
    }

    /** When the device was first seen, {@link Long#MIN_VALUE} if never: the age of a field that it has never sent. */
    public long firstSeen() {
        return firstSeen;
    }

    public void firstSeen(long time) {
        firstSeen = time;
    }

    /** The value is of another time than was thought. */
    public void retime(int slot, long time) {
        times[slot] = time;
    }

    /** True if both hold the same value in that slot, whatever their times. */
    public boolean sameValue(int slot, FieldValues other) {
        double number = numbers[slot];
        double its = other.numbers[slot];
        if (!Double.isNaN(number) || !Double.isNaN(its)) {
            return Double.doubleToRawLongBits(number) == Double.doubleToRawLongBits(its);
        }
        int flag = flags[slot];
        if (flag != BooleanExpression.UNKNOWN || other.flags[slot] != BooleanExpression.UNKNOWN) {
            return flag == other.flags[slot];
        }
        return Objects.equals(objects[slot], other.objects[slot]);
    }

    /** Takes over one slot: its value and time, or, where the other has none, only that it is gone. No allocation. */
    public void take(int slot, FieldValues other) {
        if (!Double.isNaN(numbers[slot]) && !Double.isNaN(other.numbers[slot])) {
            // Most of them: a number after a number. The other arrays are left out of the cache.
            numbers[slot] = other.numbers[slot];
            times[slot] = other.times[slot];
        } else if (other.has(slot)) {
            numbers[slot] = other.numbers[slot];
            flags[slot] = other.flags[slot];
            objects[slot] = other.objects[slot];
            times[slot] = other.times[slot];
        } else {
            clear(slot);
        }
    }

    public void copyFrom(FieldValues other) {
        System.arraycopy(other.numbers, 0, numbers, 0, numbers.length);
        System.arraycopy(other.flags, 0, flags, 0, flags.length);
        System.arraycopy(other.objects, 0, objects, 0, objects.length);
        System.arraycopy(other.times, 0, times, 0, times.length);
    }
}
