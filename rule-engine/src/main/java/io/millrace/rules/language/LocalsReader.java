package io.millrace.rules.language;

import io.millrace.rules.cel.Expressions;
import io.millrace.rules.source.Problems.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Names that a file gives to expressions: {@code record} for all its rules, {@code vars} for one. */
final class LocalsReader {

    private static final String RECORD = "record";
    static final Set<String> WORDS = Set.of(RECORD, "expr", "vars");

    private final Reading reading;
    private final Set<String> fields;
    private final Map<String, Node> records = new HashMap<>();

    /** @param fields that the file declares: no record may stand before one of them */
    LocalsReader(Reading reading, Set<String> fields) {
        this.reading = reading;
        this.fields = fields;
    }

    /** Whether that item of {@code rules} is a record; one that is a rule as well is a rule, and told so. */
    static boolean isRecord(Node item) {
        return has(item, RECORD) && !has(item, "rule") && !has(item, "alert");
    }

    private static boolean has(Node item, String word) {
        return item instanceof MappingNode map && map.getValue().stream().anyMatch(pair -> isKey(pair, word));
    }

    private static boolean isKey(NodeTuple pair, String word) {
        return pair.getKeyNode() instanceof ScalarNode key && key.getValue().equals(word);
    }

    /** All records of a file, whatever their group, in the order in which they stand there; before all its rules. */
    void records(Node root) {
        List<Node> records = new ArrayList<>();
        for (Node list : values(root, "rules")) {
            records.addAll(items(list));
        }
        for (Node groups : values(root, "groups")) {
            for (Node group : items(groups)) {
                values(group, "rules").forEach(list -> records.addAll(items(list)));
            }
        }
        records.removeIf(item -> !isRecord(item));
        records.forEach(this::announce);
        records.forEach(this::record);
    }

    private static List<Node> items(Node node) {
        return node instanceof SequenceNode sequence ? sequence.getValue() : List.of();
    }

    private static List<Node> values(Node node, String word) {
        return node instanceof MappingNode map
                ? map.getValue().stream()
                        .filter(pair -> isKey(pair, word))
                        .map(NodeTuple::getValueNode)
                        .toList()
                : List.of();
    }

    /** Before the first record is read, so that one that uses a later one can be told. */
    private void announce(Node record) {
        name(record).ifPresent(reading.expressions()::announceRecord);
    }

    private static Optional<String> name(Node record) {
        return ((MappingNode) record)
                .getValue().stream()
                        .filter(pair -> isKey(pair, RECORD))
                        .map(NodeTuple::getValueNode)
                        .filter(ScalarNode.class::isInstance)
                        .map(value -> ((ScalarNode) value).getValue())
                        .findFirst();
    }

    private void record(Node item) {
        Subject subject = new Subject("record", name(item), Optional.empty());
        Entries words = reading.entries(item, subject, "a record", WORDS, Set.of());
        Optional<String> name = words.get(RECORD).flatMap(this::local);
        if (name.isEmpty()) {
            return;
        }
        Node first = records.putIfAbsent(name.get(), item);
        if (first != null) {
            int line = reading.source().position(ScalarPassage.start(first)).line();
            reading.error(
                    words.require(RECORD).value(),
                    "E104",
                    subject,
                    "the record \"" + name.get() + "\" is there twice",
                    "the first one is in line " + line);
            return;
        }
        if (fields.contains(name.get())) {
            reading.error(
                    words.require(RECORD).value(),
                    "E104",
                    subject,
                    "\"" + name.get() + "\" is a field already",
                    "no rule could read the field any more: give the record a name of its own");
        }
        Expressions expressions = reading.expressions();
        expressions.beginRule();
        words.get("vars").ifPresent(this::variables);
        if (!words.has("expr")) {
            reading.error(item, "E107", subject, "a record without an expression", "add `expr:`");
        }
        words.get("expr")
                .flatMap(reading::expression)
                .ifPresentOrElse(
                        passage -> expressions.record(name.get(), passage, subject.word("expr")),
                        () -> expressions.missing(name.get(), true));
    }

    /** Variables of the rule at hand, each of which may use those above it. */
    void variables(Entries.Entry vars) {
        reading.open(vars).values().forEach(entry -> {
            Optional<String> name = local(entry.word(), entry.key(), entry.subject());
            name.ifPresent(known -> reading.expression(entry)
                    .ifPresentOrElse(
                            passage -> reading.expressions().variable(known, passage, entry.subject()),
                            () -> reading.expressions().missing(known, false)));
        });
    }

    private Optional<String> local(Entries.Entry entry) {
        String written = entry.value() instanceof ScalarNode scalar ? scalar.getValue() : "";
        return local(written, entry.value(), entry.subject());
    }

    private Optional<String> local(String written, Node place, Subject subject) {
        if (Expressions.isName(written) && written.length() <= 64) {
            return Optional.of(written);
        }
        String good = written.strip().replaceAll("[^A-Za-z0-9_]+", "_");
        reading.error(
                place,
                "E109",
                subject,
                (written.isEmpty() ? Reading.description(place) : "\"" + written + "\"") + " is not a name",
                "expressions must be able to say it: letters, digits and underscores, and none of their own words"
                        + (Expressions.isName(good) ? ": for example " + good : ""));
        return Optional.empty();
    }
}
