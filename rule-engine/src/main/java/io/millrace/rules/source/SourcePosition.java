package io.millrace.rules.source;

import java.util.Comparator;

/** A place in a rule file as people count it: the first line and the first column are 1, columns count code points. */
public record SourcePosition(String file, int line, int column) implements Comparable<SourcePosition> {

    private static final Comparator<SourcePosition> ORDER = Comparator.comparing(SourcePosition::file)
            .thenComparingInt(SourcePosition::line)
            .thenComparingInt(SourcePosition::column);

    public SourcePosition {
        if (line < 1 || column < 1) {
            throw new IllegalArgumentException(
                    "line %d, column %d of %s (both count from 1)".formatted(line, column, file));
        }
    }

    @Override
    public int compareTo(SourcePosition other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
