package io.millrace.rules.history;

/** The straight line through the samples, by least squares; sums are kept about the means, so epoch times lose nothing. */
public final class SlopeWindow extends TimeWindow {

    private static final int TIME = 0;
    private static final int VALUE = 1;
    private static final int TIME_SQUARES = 2;
    private static final int PRODUCTS = 3;

    SlopeWindow(long width) {
        super(HistoryKind.SLOPE, width);
    }

    @Override
    void append(int row, double value, long time) {
        merge(at(row), counts[row], time / 1_000.0, value, 0, 0, 1);
    }

    @Override
    void fold(int into, int row) {
        int from = at(row);
        merge(
                at(into),
                counts[into],
                cells[from + TIME],
                cells[from + VALUE],
                cells[from + TIME_SQUARES],
                cells[from + PRODUCTS],
                counts[row]);
    }

    @Override
    double valueOfOne(int row) {
        return cells[at(row) + VALUE];
    }

    @Override
    long timeOfOne(int row) {
        return Math.round(cells[at(row) + TIME] * 1_000);
    }

    private void merge(int to, double had, double time, double value, double squares, double products, double more) {
        double timeOff = had == 0 ? 0 : time - cells[to + TIME];
        double valueOff = had == 0 ? 0 : value - cells[to + VALUE];
        double share = more / (had + more);
        cells[to + TIME] = had == 0 ? time : cells[to + TIME] + timeOff * share;
        cells[to + VALUE] = had == 0 ? value : cells[to + VALUE] + valueOff * share;
        cells[to + TIME_SQUARES] =
                (had == 0 ? 0 : cells[to + TIME_SQUARES]) + squares + timeOff * timeOff * had * share;
        cells[to + PRODUCTS] = (had == 0 ? 0 : cells[to + PRODUCTS]) + products + timeOff * valueOff * had * share;
    }

    /** By how much the value rises in a second; missing with fewer than two samples, or all at one time. */
    public double slope(long now) {
        double squares = sum(now) < 2 ? 0 : cells[at(total) + TIME_SQUARES];
        return squares > 0 ? cells[at(total) + PRODUCTS] / squares : Double.NaN;
    }
}
