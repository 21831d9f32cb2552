package io.millrace.rules.language;

import io.millrace.rules.model.Conduct;
import io.millrace.rules.model.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;

/** The words of a rule that say how its actions get along with those of others. */
final class ConductReader {

    static final Set<String> ACTIONS = Set.of("target", "priority", "confirm");
    static final Set<String> TIMING = Set.of("limits");

    /** The alert may stand in another file: whether there is one of that name is known once all have been read. */
    record AlertReference(String name, Entries.Entry place) {}

    private final Reading reading;
    private final ActionReader actions;
    private final List<AlertReference> references;

    ConductReader(Reading reading, ActionReader actions, List<AlertReference> references) {
        this.reading = reading;
        this.actions = actions;
        this.references = references;
    }

    Conduct read(Entries words) {
        return new Conduct(
                words.get("target").flatMap(reading::name),
                words.get("priority")
                        .flatMap(entry -> reading.integer(entry, -1_000_000, 1_000_000))
                        .orElse(0),
                words.get("inhibited_by").map(this::alerts).orElse(List.of()),
                words.get("limits").map(new LimitsReader(reading)::read).orElse(Limits.DEFAULT),
                words.get("confirm").flatMap(new ConfirmReader(reading, actions)::read));
    }

    private List<String> alerts(Entries.Entry entry) {
        List<String> names = new ArrayList<>();
        for (Node node : reading.list(entry)) {
            Entries.Entry item = new Entries.Entry(entry.word(), node, node, entry.subject());
            reading.name(item).ifPresent(name -> {
                names.add(name);
                references.add(new AlertReference(name, item));
            });
        }
        return names;
    }
}
