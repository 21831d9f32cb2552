package io.millrace.rules.source;

import java.util.stream.IntStream;

/** The text of one rule file. Offsets count code points, as YAML and CEL do. */
public final class SourceText {

    private final String name;
    private final int[] codePoints;
    private final int[] lineStarts;

    public SourceText(String name, String text) {
        this.name = name;
        this.codePoints = text.codePoints().toArray();
        this.lineStarts = IntStream.concat(
                        IntStream.of(0),
                        IntStream.range(0, codePoints.length)
                                .filter(i -> codePoints[i] == '\n')
                                .map(i -> i + 1))
                .toArray();
    }

    public String name() {
        return name;
    }

    public int length() {
        return codePoints.length;
    }

    /** The code point there, or 0 outside the text. */
    public int at(int offset) {
        return offset >= 0 && offset < codePoints.length ? codePoints[offset] : 0;
    }

    public String text() {
        return text(0, codePoints.length);
    }

    public String text(int from, int to) {
        return new String(codePoints, from, to - from);
    }

    public int lineCount() {
        return lineStarts.length;
    }

    /** Offset of the first code point of a line; lines count from 1. */
    public int lineStart(int line) {
        return lineStarts[line - 1];
    }

    /** The line without its end. */
    public String line(int line) {
        int from = lineStarts[line - 1];
        int to = line < lineStarts.length ? lineStarts[line] - 1 : codePoints.length;
        if (to > from && codePoints[to - 1] == '\r') {
            to--;
        }
        return text(from, to);
    }

    public SourcePosition position(int offset) {
        int within = Math.max(0, Math.min(offset, codePoints.length));
        int line = java.util.Arrays.binarySearch(lineStarts, within);
        line = line >= 0 ? line : -line - 2;
        return new SourcePosition(name, line + 1, within - lineStarts[line] + 1);
    }
}
