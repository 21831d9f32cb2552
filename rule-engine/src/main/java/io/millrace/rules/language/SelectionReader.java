package io.millrace.rules.language;

import io.millrace.rules.model.Glob;
import io.millrace.rules.model.Selection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** {@code devices}: a pattern, a list of patterns, or ids, labels and exceptions. */
final class SelectionReader {

    private final Reading reading;

    SelectionReader(Reading reading) {
        this.reading = reading;
    }

    Selection read(Entries.Entry entry) {
        if (!(entry.value() instanceof MappingNode)) {
            return new Selection(globs(entry), Map.of(), List.of(), Optional.empty());
        }
        Entries words = reading.entries(
                entry.value(), entry.subject(), "`devices`", Set.of("ids", "labels", "except"), Set.of("expr"));
        Map<String, List<String>> labels = new TreeMap<>();
        words.get("labels")
                .ifPresent(all -> reading.open(all).forEach((name, label) -> labels.put(name, values(label))));
        return new Selection(
                words.get("ids").map(this::globs).orElse(List.of()),
                labels,
                words.get("except").map(this::globs).orElse(List.of()),
                Optional.empty());
    }

    private List<Glob> globs(Entries.Entry entry) {
        return items(entry).stream()
                .flatMap(node -> reading.glob(node, entry.subject()).stream())
                .toList();
    }

    private List<String> values(Entries.Entry entry) {
        return items(entry).stream()
                .flatMap(node -> reading.text(node, entry.word(), entry.subject()).stream())
                .map(passage -> passage.text())
                .toList();
    }

    private static List<Node> items(Entries.Entry entry) {
        return entry.value() instanceof SequenceNode sequence ? sequence.getValue() : List.of(entry.value());
    }
}
