package io.millrace.rules.language;

import io.millrace.rules.cel.Expressions;
import io.millrace.rules.cel.Scope;
import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.FieldTable;
import io.millrace.rules.expression.Template;
import io.millrace.rules.model.Glob;
import io.millrace.rules.source.Passage;
import io.millrace.rules.source.Problems;
import io.millrace.rules.source.Problems.Subject;
import io.millrace.rules.source.SourcePosition;
import io.millrace.rules.source.SourceText;
import io.millrace.runtime.config.Nearest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads YAML nodes of one file as values of the language; what is none is reported and comes back empty. */
public final class Reading {

    private final SourceText source;
    private final Problems problems;
    private final Complaints complaints;
    private final ScalarReader scalars;
    private final Expressions expressions;
    private final ConditionReader conditions;

    Reading(SourceText source, Problems problems, YamlDocument.Blots blots, Expressions expressions) {
        this.source = source;
        this.problems = problems;
        this.complaints = new Complaints(source, problems);
        this.scalars = new ScalarReader(source, complaints);
        this.conditions = new ConditionReader(source, problems, blots, expressions);
        this.expressions = expressions;
    }

    /** For files without expressions. */
    public static Reading plain(SourceText source, Problems problems, YamlDocument.Blots blots) {
        Scope scope = new Scope(Optional.empty(), new FieldTable.Builder());
        return new Reading(source, problems, blots, new Expressions(scope, new Problems(source)));
    }

    Problems problems() {
        return problems;
    }

    public SourceText source() {
        return source;
    }

    Expressions expressions() {
        return expressions;
    }

    /** The entries of a map; unknown words, doubled ones and words for later are reported. {@code x-} keys are the author's own. */
    public Entries entries(Node node, Subject subject, String place, Set<String> known, Set<String> later) {
        if (!(node instanceof MappingNode map)) {
            error(node, "E108", subject, place + " must be a map, not " + description(node), "");
            return Entries.none(node);
        }
        Map<String, Entries.Entry> byWord = new LinkedHashMap<>();
        for (NodeTuple pair : map.getValue()) {
            String word = pair.getKeyNode() instanceof ScalarNode key ? key.getValue() : "";
            Node key = pair.getKeyNode();
            if (word.startsWith("x-")) {
                continue;
            }
            if (later.contains(word)) {
                error(
                        key,
                        "E209",
                        subject,
                        "`" + word + "` is not there yet",
                        "it is a word of the language that this version does not run");
            } else if (!known.contains(word)) {
                String help = word.equals("<<")
                        ? "YAML 1.2 has no merge keys; use `defaults`"
                        : Nearest.help(word, known, "Words here");
                error(key, "E103", subject, "unknown key \"" + word + "\" in " + place, help);
            } else if (byWord.containsKey(word)) {
                Node first = byWord.get(word).key();
                error(
                        key,
                        "E104",
                        subject,
                        "the key \"" + word + "\" is there twice",
                        "the first one is in line "
                                + source.position(ScalarPassage.start(first)).line());
            } else {
                byWord.put(word, new Entries.Entry(word, key, pair.getValueNode(), subject.word(word)));
            }
        }
        return new Entries(node, byWord);
    }

    /** A map whose keys the author chooses: labels, annotations, fields, commands. */
    public Map<String, Entries.Entry> open(Entries.Entry entry) {
        if (!(entry.value() instanceof MappingNode map)) {
            error(entry, "E108", "`" + entry.word() + "` must be a map, not " + description(entry.value()), "");
            return Map.of();
        }
        Map<String, Entries.Entry> found = new LinkedHashMap<>();
        for (NodeTuple pair : map.getValue()) {
            Node key = pair.getKeyNode();
            String word = key instanceof ScalarNode scalar ? scalar.getValue() : "";
            if (word.isEmpty()) {
                error(key, "E108", entry.subject(), "a name of `" + entry.word() + "` must be a text", "");
            } else if (found.containsKey(word)) {
                int line = source.position(ScalarPassage.start(found.get(word).key()))
                        .line();
                error(
                        key,
                        "E104",
                        entry.subject(),
                        "the key \"" + word + "\" is there twice",
                        "the first one is in line " + line);
            } else {
                Subject subject = entry.subject().word(entry.word() + "." + word);
                found.put(word, new Entries.Entry(word, key, pair.getValueNode(), subject));
            }
        }
        return found;
    }

    public List<Node> list(Entries.Entry entry) {
        if (entry.value() instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        error(
                entry,
                "E108",
                "`" + entry.word() + "` must be a list, not " + description(entry.value()),
                "begin each item with `- `");
        return List.of();
    }

    public Optional<Passage> text(Entries.Entry entry) {
        return text(entry.value(), entry.word(), entry.subject());
    }

    public Optional<Passage> text(Node node, String word, Subject subject) {
        return scalars.text(node, word, subject);
    }

    public Optional<Duration> duration(Entries.Entry entry) {
        return scalars.duration(entry);
    }

    /** A duration that must not be zero. */
    public Optional<Duration> positive(Entries.Entry entry) {
        return scalars.positive(entry);
    }

    public Optional<Integer> integer(Entries.Entry entry, int least, int most) {
        return scalars.integer(entry, least, most);
    }

    public Optional<Double> number(Entries.Entry entry) {
        return scalars.number(entry);
    }

    public Optional<Boolean> bool(Entries.Entry entry) {
        return scalars.bool(entry);
    }

    /** One of several words. */
    public <T> Optional<T> word(Entries.Entry entry, Map<String, T> words) {
        return scalars.word(entry, words);
    }

    Optional<Glob> glob(Node node, Subject subject) {
        return scalars.glob(node, subject);
    }

    /** The name of a rule, an alert or a group. */
    Optional<String> name(Entries.Entry entry) {
        return scalars.name(entry);
    }

    /** An expression in CEL, of whatever type. */
    Optional<Passage> expression(Entries.Entry entry) {
        return conditions.passage(entry);
    }

    /** A condition in CEL. */
    Optional<Condition> condition(Entries.Entry entry) {
        return conditions.read(entry);
    }

    Optional<Template> template(Entries.Entry entry) {
        return text(entry).flatMap(passage -> expressions.template(passage, entry.subject()));
    }

    Optional<Template> template(ScalarNode node, Subject subject) {
        return expressions.template(ScalarPassage.of(source, node), subject);
    }

    public void error(Entries.Entry entry, String code, String message, String help) {
        complaints.error(entry, code, message, help);
    }

    public void error(Node node, String code, Subject subject, String message, String help) {
        complaints.error(node, code, subject, message, help);
    }

    /** About a part of a text. */
    public void error(Passage part, String code, Subject subject, String message, String help) {
        complaints.error(part, code, subject, message, help);
    }

    /** Where a node begins. */
    public SourcePosition position(Node node) {
        return complaints.position(node);
    }

    public static boolean isNull(ScalarNode node) {
        return node.getTag().equals(Tag.NULL);
    }

    public static String description(Node node) {
        if (node instanceof ScalarNode scalar) {
            return isNull(scalar) ? "nothing" : "\"" + scalar.getValue() + "\"";
        }
        return node instanceof SequenceNode ? "a list" : "a map";
    }
}
