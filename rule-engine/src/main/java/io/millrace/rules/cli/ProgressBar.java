package io.millrace.rules.cli;

import java.io.PrintWriter;
import java.util.Locale;

/** How far a long run is, in one line of the error output that is written over; nothing where nobody sits at a terminal. */
final class ProgressBar implements AutoCloseable {

    private static final int WIDTH = 30;
    private static final String CLEAR = "\r\u001b[K";

    private final PrintWriter err;
    private final boolean visible;
    private final long begin = System.nanoTime();

    private ProgressBar(PrintWriter err, boolean visible) {
        this.err = err;
        this.visible = visible;
    }

    static ProgressBar of(Answer answer) {
        return new ProgressBar(answer.err(), System.console() != null && answer.coloured());
    }

    /** @param share 0 to 1 */
    void show(double share, long messages) {
        if (!visible) {
            return;
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        int full = (int) Math.round(share * WIDTH);
        String left = share > 0.01 ? String.format(Locale.ROOT, ", %.0f s left", seconds / share - seconds) : "";
        err.print(CLEAR
                + String.format(
                        Locale.ROOT,
                        "[%s%s] %3.0f %%  %,d messages (%,.0f/s)%s",
                        "#".repeat(full),
                        "-".repeat(WIDTH - full),
                        share * 100,
                        messages,
                        messages / seconds,
                        left));
        err.flush();
    }

    @Override
    public void close() {
        if (visible) {
            err.print(CLEAR);
            err.flush();
        }
    }
}
