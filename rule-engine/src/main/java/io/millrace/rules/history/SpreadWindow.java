package io.millrace.rules.history;

/** Mean and squared deviations of the samples, by Welford and Chan: exact for large values that differ little, too. */
public final class SpreadWindow extends TimeWindow {

    private static final int MEAN = 0;
    private static final int SQUARES = 1;

    SpreadWindow(long width) {
        super(HistoryKind.SPREAD, width);
    }

    @Override
    void append(int row, double value, long time) {
        int at = at(row);
        if (counts[row] == 0) {
            cells[at + MEAN] = value;
            cells[at + SQUARES] = 0;
            return;
        }
        double off = value - cells[at + MEAN];
        cells[at + MEAN] += off / (counts[row] + 1);
        cells[at + SQUARES] += off * (value - cells[at + MEAN]);
    }

    @Override
    void fold(int into, int row) {
        int to = at(into);
        int from = at(row);
        double had = counts[into];
        double more = counts[row];
        double off = had == 0 ? 0 : cells[from + MEAN] - cells[to + MEAN];
        cells[to + MEAN] = had == 0 ? cells[from + MEAN] : cells[to + MEAN] + off * more / (had + more);
        cells[to + SQUARES] = had == 0
                ? cells[from + SQUARES]
                : cells[to + SQUARES] + cells[from + SQUARES] + off * off * had * more / (had + more);
    }

    /** Standard deviation of the population. */
    public double deviation(long now) {
        int count = sum(now);
        return count == 0 ? Double.NaN : Math.sqrt(Math.max(0, cells[at(total) + SQUARES] / count));
    }
}
