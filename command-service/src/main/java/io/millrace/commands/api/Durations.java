package io.millrace.commands.api;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as people write them: {@code 500ms}, {@code 60s}, {@code 1h30m}, {@code 7d}. */
final class Durations {
    private static final Pattern FORM =
            Pattern.compile("(?:(\\d{1,5})d)?(?:(\\d{1,6})h)?(?:(\\d{1,8})m)?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");

    private Durations() {}

    static Optional<Duration> parse(String text) {
        Matcher m = FORM.matcher(text);
        if (text.isEmpty() || !m.matches()) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofDays(part(m, 1))
                .plusHours(part(m, 2))
                .plusMinutes(part(m, 3))
                .plusSeconds(part(m, 4))
                .plusMillis(part(m, 5)));
    }

    /** In the largest unit that needs no fraction. */
    static String text(Duration duration) {
        long millis = duration.toMillis();
        for (Unit unit : Unit.values()) {
            if (millis % unit.millis == 0) {
                return millis / unit.millis + unit.name();
            }
        }
        throw new IllegalArgumentException(duration.toString());
    }

    private enum Unit {
        d(86_400_000),
        h(3_600_000),
        m(60_000),
        s(1_000),
        ms(1);

        private final long millis;

        Unit(long millis) {
            this.millis = millis;
        }
    }

    private static long part(Matcher m, int group) {
        String digits = m.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
