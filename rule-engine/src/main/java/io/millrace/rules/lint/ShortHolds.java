package io.millrace.rules.lint;

import io.millrace.rules.model.Level;
import io.millrace.rules.model.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** W306: {@code for} is shorter than the time between two messages, so that a single sample is enough to fire. */
final class ShortHolds implements Suspicion {

    @Override
    public void look(Suspects suspects, Warnings warnings) {
        for (Rule rule : suspects.rules()) {
            List<Recording.Device> devices = suspects.evidence().heard(rule.devices());
            double[] intervals = devices.stream()
                    .mapToDouble(Recording.Device::interval)
                    .filter(interval -> !Double.isNaN(interval))
                    .sorted()
                    .toArray();
            if (intervals.length == 0 || rule.timing().forSamples() > 1) {
                continue;
            }
            double usual = intervals[intervals.length / 2];
            if (isShorter(rule.timing().holdFor(), usual)
                    || rule.trigger().levels().stream().map(Level::holdFor).anyMatch(hold -> isShorter(hold, usual))) {
                warnings.add(
                        "W306",
                        rule,
                        "for",
                        "devices" + Described.selection(rule.devices()) + " report every " + seconds(usual),
                        "it fires on a single sample; with `for_samples: 2` a second one must agree");
            }
        }
    }

    private static boolean isShorter(Duration hold, double usualMillis) {
        return !hold.isZero() && hold.toMillis() < usualMillis;
    }

    private static String seconds(double millis) {
        return String.format(Locale.ROOT, millis < 10_000 ? "%.1f s" : "%,.0f s", millis / 1000);
    }
}
