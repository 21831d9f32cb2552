package io.millrace.rules.history;

/** Sum and number of the samples. */
public final class MeanWindow extends TimeWindow {

    /** What rounding has left out of the total (Neumaier): with it, what falls out leaves nothing behind. */
    private double rest;

    MeanWindow(long width) {
        super(HistoryKind.MEAN, width);
    }

    @Override
    void append(int row, double value, long time) {
        add(row, value);
    }

    @Override
    void fold(int into, int row) {
        add(into, cells[row]);
    }

    private void add(int row, double value) {
        if (counts[row] == 0) {
            cells[row] = value;
            rest = row == total ? 0 : rest;
        } else if (row == total) {
            addToTotal(value);
        } else {
            cells[row] += value;
        }
    }

    private void addToTotal(double value) {
        double before = cells[total];
        double sum = before + value;
        rest += Math.abs(before) >= Math.abs(value) ? before - sum + value : value - sum + before;
        cells[total] = sum;
    }

    @Override
    boolean takeOut(int row, int next) {
        addToTotal(-cells[row]);
        return Double.isFinite(cells[total]);
    }

    public double mean(long now) {
        int count = sum(now);
        return count == 0 ? Double.NaN : (cells[total] + rest) / count;
    }

    public double sumOf(long now) {
        return sum(now) == 0 ? Double.NaN : cells[total] + rest;
    }

    public double count(long now) {
        int count = sum(now);
        return count == 0 ? Double.NaN : count;
    }
}
