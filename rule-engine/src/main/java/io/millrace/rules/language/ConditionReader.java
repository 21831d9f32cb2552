package io.millrace.rules.language;

import io.millrace.rules.cel.Expressions;
import io.millrace.rules.expression.Condition;
import io.millrace.rules.source.Passage;
import io.millrace.rules.source.Problems;
import io.millrace.rules.source.SourceText;
import java.util.Optional;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Conditions as they stand in YAML, where an unquoted expression can turn into something else before CEL sees it. */
final class ConditionReader {

    private final SourceText source;
    private final Problems problems;
    private final YamlDocument.Blots blots;
    private final Expressions expressions;

    ConditionReader(SourceText source, Problems problems, YamlDocument.Blots blots, Expressions expressions) {
        this.source = source;
        this.problems = problems;
        this.blots = blots;
        this.expressions = expressions;
    }

    /** A condition in CEL. */
    Optional<Condition> read(Entries.Entry entry) {
        return passage(entry).flatMap(passage -> expressions.condition(passage, entry.subject()));
    }

    /** An expression as it was written; the traps that YAML sets for it are told apart from its own mistakes. */
    Optional<Passage> passage(Entries.Entry entry) {
        Node node = entry.value();
        int start = ScalarPassage.start(node);
        if (blots.report(start, problems, entry.subject())) {
            return Optional.empty();
        }
        if (!(node instanceof ScalarNode scalar)) {
            trap(
                    entry,
                    Trap.ended("a leading `" + new String(Character.toChars(source.at(start)))
                            + "` begins a list or a map"));
            return Optional.empty();
        }
        if (!Tag.STR.equals(scalar.getTag()) && scalar.getTag().getValue().startsWith("!")) {
            String line = source.line(source.position(start).line());
            int column = source.position(start).column() - 1;
            trap(entry, Trap.tag(line.substring(line.offsetByCodePoints(0, column))));
            return Optional.empty();
        }
        if (Reading.isNull(scalar)) {
            problems.error(
                    source.position(start),
                    1,
                    "E108",
                    entry.subject(),
                    "`" + entry.word() + "` has no value",
                    "write a condition such as `temperature > 30`");
            return Optional.empty();
        }
        Optional<Trap> cut = scalar.getScalarStyle() == ScalarStyle.PLAIN ? cut(scalar) : Optional.empty();
        if (cut.isPresent()) {
            trap(entry, cut.get());
            return Optional.empty();
        }
        return Optional.of(ScalarPassage.of(source, scalar));
    }

    /** A plain value that YAML ended at a comment or, inside braces, at a comma. */
    private Optional<Trap> cut(ScalarNode scalar) {
        int end = ScalarPassage.index(scalar.getEndMark());
        while (source.at(end) == ' ') {
            end++;
        }
        int next = source.at(end);
        if (next != '#' && next != ',' || !Expressions.endsTooEarly(scalar.getValue())) {
            return Optional.empty();
        }
        return Optional.of(Trap.ended(next == '#' ? "` #` begins a comment" : "a comma ends a value inside { }"));
    }

    private void trap(Entries.Entry entry, Trap trap) {
        int start = ScalarPassage.start(entry.value());
        int end = ScalarPassage.index(entry.value().getEndMark());
        trap.report(problems, source.position(start), end - start, entry.subject());
    }
}
