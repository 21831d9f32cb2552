package io.millrace.rules.history;

/**
 * First and last sample and what the steps from each to the next add up to: a rise, a fall to be counted, a change to be counted.
 * A late sample between two others of its bucket adds to nothing but the count.
 */
public final class StepWindow extends TimeWindow {

    private static final int FIRST = 0;
    private static final int FIRST_TIME = 1;
    private static final int LAST = 2;
    private static final int LAST_TIME = 3;
    private static final int STEPS = 4;
    static final int COLUMNS = 5;

    StepWindow(HistoryKind kind, long width) {
        super(kind, width);
    }

    @Override
    void append(int row, double value, long time) {
        int at = at(row);
        if (counts[row] == 0) {
            cells[at + FIRST] = value;
            cells[at + FIRST_TIME] = time;
            cells[at + LAST] = value;
            cells[at + LAST_TIME] = time;
            cells[at + STEPS] = 0;
        } else if (time >= cells[at + LAST_TIME]) {
            cells[at + STEPS] += step(cells[at + LAST], value);
            cells[at + LAST] = value;
            cells[at + LAST_TIME] = time;
        } else if (time < cells[at + FIRST_TIME]) {
            cells[at + STEPS] += step(value, cells[at + FIRST]);
            cells[at + FIRST] = value;
            cells[at + FIRST_TIME] = time;
        }
    }

    @Override
    void fold(int into, int row) {
        int to = at(into);
        int from = at(row);
        if (counts[into] == 0) {
            System.arraycopy(cells, from, cells, to, COLUMNS);
            return;
        }
        cells[to + STEPS] += step(cells[to + LAST], cells[from + FIRST]) + cells[from + STEPS];
        cells[to + LAST] = cells[from + LAST];
        cells[to + LAST_TIME] = cells[from + LAST_TIME];
    }

    /** Counts of steps are whole numbers; the amounts of an increase are not, and would leave rounding behind. */
    @Override
    boolean takeOut(int row, int next) {
        if (kind() == HistoryKind.INCREASE) {
            return false;
        }
        int from = at(row);
        int to = at(next);
        cells[at(total) + STEPS] -= cells[from + STEPS] + step(cells[from + LAST], cells[to + FIRST]);
        cells[at(total) + FIRST] = cells[to + FIRST];
        cells[at(total) + FIRST_TIME] = cells[to + FIRST_TIME];
        return true;
    }

    @Override
    long timeOfOne(int row) {
        return (long) cells[at(row) + FIRST_TIME];
    }

    private double step(double from, double to) {
        return switch (kind()) {
            // A counter that falls has begun anew at zero.
            case INCREASE -> to >= from ? to - from : to;
            case RESETS -> to < from ? 1 : 0;
            case CHANGES -> to != from ? 1 : 0;
            default -> 0;
        };
    }

    /** Last sample less first; missing with fewer than two. */
    public double delta(long now) {
        return sum(now) < 2 ? Double.NaN : cells[at(total) + LAST] - cells[at(total) + FIRST];
    }

    /** What the steps add up to; 0 with one sample. */
    public double steps(long now) {
        return sum(now) == 0 ? Double.NaN : cells[at(total) + STEPS];
    }

    /** The same for each second between the first sample and the last; missing with fewer than two. */
    public double rate(long now) {
        if (sum(now) < 2) {
            return Double.NaN;
        }
        double millis = cells[at(total) + LAST_TIME] - cells[at(total) + FIRST_TIME];
        return millis > 0 ? cells[at(total) + STEPS] * 1_000 / millis : Double.NaN;
    }
}
