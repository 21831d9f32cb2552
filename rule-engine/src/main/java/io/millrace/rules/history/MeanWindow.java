package io.millrace.rules.history;

/** Sum and number of the samples. */
public final class MeanWindow extends TimeWindow {

    MeanWindow(long width) {
        super(HistoryKind.MEAN, width);
    }

    @Override
    void append(int row, double value, long time) {
        cells[row] = counts[row] == 0 ? value : cells[row] + value;
    }

    @Override
    void fold(int into, int row) {
        cells[into] = counts[into] == 0 ? cells[row] : cells[into] + cells[row];
    }

    public double mean(long now) {
        int count = sum(now);
        return count == 0 ? Double.NaN : cells[total] / count;
    }

    public double sumOf(long now) {
        return sum(now) == 0 ? Double.NaN : cells[total];
    }

    public double count(long now) {
        int count = sum(now);
        return count == 0 ? Double.NaN : count;
    }
}
