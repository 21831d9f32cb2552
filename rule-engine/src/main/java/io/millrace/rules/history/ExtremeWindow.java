package io.millrace.rules.history;

/** The smallest or the largest sample. */
public final class ExtremeWindow extends TimeWindow {

    private final boolean least;

    ExtremeWindow(HistoryKind kind, long width) {
        super(kind, width);
        least = kind == HistoryKind.LEAST;
    }

    @Override
    void append(int row, double value, long time) {
        cells[row] = counts[row] == 0 ? value : further(cells[row], value);
    }

    @Override
    void fold(int into, int row) {
        cells[into] = counts[into] == 0 ? cells[row] : further(cells[into], cells[row]);
    }

    /** Another row may hold the same extreme, but that is for the sum to find out. */
    @Override
    boolean takeOut(int row, int next) {
        return cells[row] != cells[total];
    }

    private double further(double one, double other) {
        return least ? Math.min(one, other) : Math.max(one, other);
    }

    public double extreme(long now) {
        return sum(now) == 0 ? Double.NaN : cells[total];
    }
}
