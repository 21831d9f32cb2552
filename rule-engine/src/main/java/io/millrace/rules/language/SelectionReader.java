package io.millrace.rules.language;

import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.Inputs;
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

    static final Set<String> WORDS = Set.of("ids", "labels", "except", "expr");

    private final Reading reading;

    SelectionReader(Reading reading) {
        this.reading = reading;
    }

    Selection read(Entries.Entry entry) {
        if (!(entry.value() instanceof MappingNode)) {
            return new Selection(globs(entry), Map.of(), List.of(), Optional.empty(), Optional.empty());
        }
        Entries words = reading.entries(entry.value(), entry.subject(), "`devices`", WORDS, Set.of());
        Map<String, List<String>> labels = new TreeMap<>();
        words.get("labels")
                .ifPresent(all -> reading.open(all).forEach((name, label) -> labels.put(name, values(label))));
        return new Selection(
                words.get("ids").map(this::globs).orElse(List.of()),
                labels,
                words.get("except").map(this::globs).orElse(List.of()),
                words.get("expr").flatMap(this::condition),
                Optional.empty());
    }

    /** What is asked of the registry; a selection does not come and go with telemetry or the clock. */
    private Optional<Condition> condition(Entries.Entry entry) {
        Optional<Condition> condition = reading.condition(entry);
        Inputs inputs = condition.map(Condition::inputs).orElse(Inputs.NONE);
        if (!inputs.fields().isEmpty() || !inputs.histories().isEmpty() || inputs.time()) {
            reading.error(
                    entry,
                    "E206",
                    "`" + entry.word() + "` of `devices` asks for "
                            + (inputs.fields().isEmpty() ? "the time" : "telemetry"),
                    "ask the registry only: device.id, device.labels.x, device.x; the rest belongs into `expr` of the rule");
            return Optional.empty();
        }
        return condition;
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
