package io.millrace.rules.source;

/**
 * A text as YAML understood it (folded, unescaped, unindented), each code point of which knows where in the file it came from.
 */
public final class Passage {

    private final SourceText source;
    private final String text;
    private final int[] offsets;

    /** {@code offsets} has one entry per code point of {@code text} and one for its end. */
    public Passage(SourceText source, String text, int[] offsets) {
        if (offsets.length != text.codePointCount(0, text.length()) + 1) {
            throw new IllegalArgumentException(offsets.length + " offsets for the text " + text);
        }
        this.source = source;
        this.text = text;
        this.offsets = offsets;
    }

    public SourceText source() {
        return source;
    }

    public String text() {
        return text;
    }

    public SourcePosition position() {
        return position(0);
    }

    /** Where the code point at that offset of the text stands in the file. */
    public SourcePosition position(int offset) {
        return source.position(offsets[Math.max(0, Math.min(offset, offsets.length - 1))]);
    }

    /** From one code point offset to another. */
    public Passage part(int from, int to) {
        int[] some = java.util.Arrays.copyOfRange(offsets, from, to + 1);
        int begin = text.offsetByCodePoints(0, from);
        return new Passage(source, text.substring(begin, text.offsetByCodePoints(begin, to - from)), some);
    }

    @Override
    public String toString() {
        return text;
    }
}
