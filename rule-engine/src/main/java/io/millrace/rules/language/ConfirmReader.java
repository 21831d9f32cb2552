package io.millrace.rules.language;

import io.millrace.rules.expression.Condition;
import io.millrace.rules.model.Action;
import io.millrace.rules.model.Confirm;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code confirm}: how a rule learns that its commands have had their effect. */
final class ConfirmReader {

    static final Set<String> WORDS = Set.of("expr", "within", "retries", "on_failure");
    private static final int MOST_RETRIES = 100;

    private final Reading reading;
    private final ActionReader actions;

    ConfirmReader(Reading reading, ActionReader actions) {
        this.reading = reading;
        this.actions = actions;
    }

    Optional<Confirm> read(Entries.Entry entry) {
        int before = reading.problems().sorted().size();
        Entries words = reading.entries(entry.value(), entry.subject(), "`confirm`", WORDS, Set.of());
        Optional<Condition> expr = words.get("expr").flatMap(reading::condition);
        Optional<Duration> within = words.get("within").flatMap(reading::positive);
        int retries = words.get("retries")
                .flatMap(found -> reading.integer(found, 0, MOST_RETRIES))
                .orElse(0);
        List<Action> onFailure = words.get("on_failure").map(actions::list).orElse(List.of());
        if (reading.problems().sorted().size() == before) {
            require(words, "expr", "what telemetry shows then, for example expr: ledState", entry);
            require(words, "within", "how long that may take, for example within: 10s", entry);
        }
        return expr.flatMap(shown -> within.map(time -> new Confirm(shown, time, retries, onFailure)));
    }

    private void require(Entries words, String word, String help, Entries.Entry entry) {
        if (!words.has(word)) {
            reading.error(entry.key(), "E107", entry.subject(), "`confirm` needs `" + word + "`", help);
        }
    }
}
