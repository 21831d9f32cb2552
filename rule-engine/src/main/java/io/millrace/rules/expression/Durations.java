package io.millrace.rules.expression;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as the language writes them: {@code 5s}, {@code 1h30m}, {@code 500ms}. */
public final class Durations {

    private static final Pattern WRITTEN =
            Pattern.compile("(?:(\\d+)w)?(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m(?!s))?(?:(\\d+)s)?(?:(\\d+)ms)?");
    private static final long[] MILLIS = {604_800_000, 86_400_000, 3_600_000, 60_000, 1_000, 1};
    private static final String[] UNITS = {"w", "d", "h", "m", "s", "ms"};

    private Durations() {}

    /** Units from large to small, each at most once; empty if it is none or beyond a thousand years. */
    public static Optional<Duration> parse(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        if (text.isEmpty() || text.length() > 40 || !matcher.matches()) {
            return Optional.empty();
        }
        double millis = 0;
        for (int i = 0; i < MILLIS.length; i++) {
            String count = matcher.group(i + 1);
            millis += count == null ? 0 : Double.parseDouble(count) * MILLIS[i];
        }
        return millis > 1_000 * 365.0 * MILLIS[1] ? Optional.empty() : Optional.of(Duration.ofMillis((long) millis));
    }

    public static String text(Duration duration) {
        long rest = duration.toMillis();
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < MILLIS.length; i++) {
            if (rest >= MILLIS[i]) {
                text.append(rest / MILLIS[i]).append(UNITS[i]);
                rest %= MILLIS[i];
            }
        }
        return text.isEmpty() ? "0s" : text.toString();
    }
}
