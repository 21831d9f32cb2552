package io.millrace.simulator;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** How far a run is. Pure. */
final class ProgressBar {
    private static final int CELLS = 20;

    private ProgressBar() {}

    /** Ends with a space. Without a duration there is only the time. */
    static String of(Duration elapsed, Optional<Duration> duration) {
        if (duration.isEmpty()) {
            return clock(elapsed) + " ";
        }
        double part = Math.min(
                1, (double) elapsed.toMillis() / Math.max(1, duration.get().toMillis()));
        int done = (int) Math.round(part * CELLS);
        return "█".repeat(done) + "░".repeat(CELLS - done) + " " + clock(elapsed) + "/" + clock(duration.get()) + " ";
    }

    private static String clock(Duration time) {
        return time.toHours() > 0
                ? String.format(Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
                : String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart());
    }
}
