package io.millrace.rules.expression;

import java.util.Arrays;
import java.util.BitSet;

/** An immutable set of field slots. */
public final class Slots {

    public static final Slots NONE = new Slots(new long[0]);

    private final long[] words;

    private Slots(long[] words) {
        this.words = words;
    }

    public static Slots of(BitSet slots) {
        return new Slots(slots.toLongArray());
    }

    public static Slots of(int slot) {
        BitSet bits = new BitSet();
        bits.set(slot);
        return of(bits);
    }

    public boolean contains(int slot) {
        int word = slot >> 6;
        return word < words.length && (words[word] & (1L << slot)) != 0;
    }

    /** True if a bit of {@code changed} (slot s = bit s & 63 of word s >> 6) is in this set. No allocation. */
    public boolean intersects(long[] changed) {
        int length = Math.min(words.length, changed.length);
        for (int i = 0; i < length; i++) {
            if ((words[i] & changed[i]) != 0) {
                return true;
            }
        }
        return false;
    }

    public Slots union(Slots other) {
        BitSet both = bits();
        both.or(other.bits());
        return of(both);
    }

    public boolean isEmpty() {
        return words.length == 0;
    }

    /** In ascending order. */
    public int[] toArray() {
        return bits().stream().toArray();
    }

    private BitSet bits() {
        return BitSet.valueOf(words);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Slots slots && Arrays.equals(words, slots.words);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(words);
    }

    @Override
    public String toString() {
        return bits().toString();
    }
}
