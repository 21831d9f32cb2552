package io.millrace.rules.language;

import io.millrace.rules.model.Timing;
import java.time.Duration;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** The durations of a rule. */
final class TimingReader {

    private static final Duration LEVEL_COOLDOWN = Duration.ofSeconds(10);
    private static final Duration STALE_AFTER = Duration.ofMinutes(15);
    private static final Duration MAX_AGE = Duration.ofMinutes(5);

    private final Reading reading;

    TimingReader(Reading reading) {
        this.reading = reading;
    }

    Timing read(Entries all) {
        Duration cooldown = all.get("trigger")
                .map(Entries.Entry::value)
                .filter(node ->
                        node instanceof ScalarNode scalar && scalar.getValue().equals("level"))
                .map(level -> LEVEL_COOLDOWN)
                .orElse(Duration.ZERO);
        return new Timing(
                all.get("for").flatMap(reading::duration).orElse(Duration.ZERO),
                all.get("for_samples")
                        .flatMap(entry -> reading.integer(entry, 1, 1_000_000))
                        .orElse(1),
                all.get("keep_firing_for").flatMap(reading::duration).orElse(Duration.ZERO),
                all.get("cooldown").flatMap(reading::duration).orElse(cooldown),
                all.get("repeat_interval").flatMap(reading::positive),
                all.get("stale_after").flatMap(reading::positive).orElse(STALE_AFTER),
                all.get("max_age").flatMap(reading::positive).orElse(MAX_AGE));
    }
}
