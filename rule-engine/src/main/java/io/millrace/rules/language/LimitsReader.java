package io.millrace.rules.language;

import io.millrace.rules.expression.Durations;
import io.millrace.rules.model.Limits;
import io.millrace.rules.model.Rate;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** {@code limits}: how much a rule may send. */
final class LimitsReader {

    static final Set<String> WORDS = Set.of("per_device", "per_rule", "max_devices");

    private static final Pattern RATE = Pattern.compile("(\\d{1,9})(?:/(\\S+))?");
    /** The times of what was sent to a device are kept with its state. */
    private static final int PER_DEVICE = 1_000;

    private static final int PER_RULE = 1_000_000;

    private final Reading reading;

    LimitsReader(Reading reading) {
        this.reading = reading;
    }

    Limits read(Entries.Entry entry) {
        Entries words = reading.entries(entry.value(), entry.subject(), "`limits`", WORDS, Set.of());
        return new Limits(
                words.get("per_device")
                        .flatMap(limit -> rate(limit, PER_DEVICE, false))
                        .orElse(Limits.DEFAULT.perDevice()),
                words.get("per_rule").flatMap(limit -> rate(limit, PER_RULE, false)),
                words.get("max_devices").flatMap(limit -> rate(limit, PER_RULE, true)));
    }

    private Optional<Rate> rate(Entries.Entry entry, int most, boolean bare) {
        String written = entry.value() instanceof ScalarNode scalar ? scalar.getValue() : "";
        Matcher rate = RATE.matcher(written);
        if (rate.matches() && (bare || rate.group(2) != null)) {
            int count = Integer.parseInt(rate.group(1));
            Optional<Duration> window =
                    rate.group(2) == null ? Optional.of(Duration.ofMinutes(1)) : Durations.parse(rate.group(2));
            if (count >= 1
                    && count <= most
                    && window.isPresent()
                    && !window.get().isZero()
                    && window.get().compareTo(Rate.LONGEST) <= 0) {
                return Optional.of(new Rate(count, window.get()));
            }
        }
        String what = written.isEmpty() ? Reading.description(entry.value()) : "\"" + written + "\"";
        reading.error(
                entry,
                "E108",
                "`" + entry.word() + "` is " + what,
                "expected a number from 1 to " + most + " and a time of up to 1h, such as 6/1m");
        return Optional.empty();
    }
}
