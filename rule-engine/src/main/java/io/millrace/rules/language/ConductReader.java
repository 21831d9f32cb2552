package io.millrace.rules.language;

import io.millrace.rules.model.Conduct;
import java.util.Set;

/** The words of a rule that say how its actions get along with those of others. */
final class ConductReader {

    static final Set<String> ACTIONS = Set.of("target", "priority");

    private final Reading reading;

    ConductReader(Reading reading) {
        this.reading = reading;
    }

    Conduct read(Entries words) {
        return new Conduct(
                words.get("target").flatMap(reading::name),
                words.get("priority")
                        .flatMap(entry -> reading.integer(entry, -1_000_000, 1_000_000))
                        .orElse(0));
    }
}
