package io.millrace.rules.history;

/**
 * The kinds of history. Functions that need the same columns share one; each kind has its own samples, so a rule that begins to
 * ask for a maximum does not empty the mean that other rules read.
 */
public enum HistoryKind {
    /** {@code avg_}, {@code sum_}, {@code count_}, {@code ratio_over_time}. */
    MEAN(1, true),
    /** {@code stddev_over_time}. */
    SPREAD(2, true),
    /** {@code min_over_time}. */
    LEAST(3, true),
    /** {@code max_over_time}. */
    GREATEST(4, true),
    /** {@code delta}. */
    DELTA(5, true),
    /** {@code increase}, {@code rate}. */
    INCREASE(6, true),
    RESETS(7, true),
    CHANGES(8, true),
    /** {@code deriv}. */
    SLOPE(9, true),
    /** The last n samples in their order. */
    SAMPLES(10, false),
    /** The last n samples in their order and by size: {@code quantile_over_last}. */
    RANKED(11, false),
    /** The last value and the one before: {@code prev}, {@code changed}, {@code last_over_time}, {@code age} of an expression. */
    TWO(12, false),
    /** {@code held}, {@code since}. */
    TRUTH(13, false);

    private final int number;
    private final boolean ofTime;

    HistoryKind(int number, boolean ofTime) {
        this.number = number;
        this.ofTime = ofTime;
    }

    /** In stored state: for ever. */
    public int number() {
        return number;
    }

    /** A window of time, {@code size} of which is in milliseconds. */
    public boolean isOfTime() {
        return ofTime;
    }

    /** A window of time that keeps when its samples came. */
    boolean isTimed() {
        return this == SLOPE || columns() == StepWindow.COLUMNS;
    }

    /** @throws IllegalArgumentException if it is of a later Millrace */
    public static HistoryKind numbered(int number) {
        for (HistoryKind kind : values()) {
            if (kind.number == number) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no history of kind " + number);
    }

    public History create(long size) {
        return switch (this) {
            case MEAN -> new MeanWindow(size);
            case SPREAD -> new SpreadWindow(size);
            case LEAST, GREATEST -> new ExtremeWindow(this, size);
            case DELTA, INCREASE, RESETS, CHANGES -> new StepWindow(this, size);
            case SLOPE -> new SlopeWindow(size);
            case SAMPLES, RANKED -> new LastSamples(this, (int) size);
            case TWO -> new LastTwo();
            case TRUTH -> new Truth();
        };
    }

    /** Upper bound of the bytes that one takes on the heap. */
    public long bytes(long size) {
        return switch (this) {
            case SAMPLES -> 64 + 8 * size;
            case RANKED -> 96 + 16 * size;
            case TWO, TRUTH -> 80;
            default -> TimeWindow.bytes(columns(), size);
        };
    }

    int columns() {
        return switch (this) {
            case MEAN, LEAST, GREATEST -> 1;
            case SPREAD -> 2;
            case SLOPE -> 4;
            case DELTA, INCREASE, RESETS, CHANGES -> StepWindow.COLUMNS;
            default -> 0;
        };
    }
}
