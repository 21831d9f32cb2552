package io.millrace.rules.layout;

import io.millrace.rules.language.YamlDocument;
import io.millrace.rules.source.Problem;
import io.millrace.rules.source.Problems;
import io.millrace.rules.source.SourceText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Brings a rule file into the canonical layout by moving and trimming whole lines. Each step is kept only if YAML reads the same from
 * it as before, so nothing can be lost: a step that would change a value (blanks inside a block, an alias before its anchor) is left
 * out. Quotes, flow style and indentation stay the author's.
 */
public final class RuleLayout {

    private RuleLayout() {}

    /** The text laid out, or what makes it unreadable. */
    public record Result(Optional<String> text, List<Problem> problems) {}

    public static Result of(SourceText source) {
        Problems problems = new Problems(source);
        YamlDocument.Tree tree = YamlDocument.read(source, problems);
        tree.blots().reportRest(problems);
        if (!problems.isEmpty()) {
            return new Result(Optional.empty(), problems.sorted());
        }
        String text = source.text();
        text = kept(text, text.replace("\r\n", "\n"));
        text = trimmed(text);
        text = kept(text, text.replaceAll("\n{3,}", "\n\n").replaceFirst("^\n+", ""));
        text = kept(text, text.isBlank() ? "" : text.stripTrailing() + "\n");
        return new Result(Optional.of(ordered(text)), List.of());
    }

    private static String trimmed(String text) {
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        trim(lines, 0, lines.size(), meaning(text));
        return String.join("\n", lines);
    }

    /** Where blanks at line ends mean something, only the lines around them are trimmed. */
    private static void trim(List<String> lines, int from, int to, Optional<String> meaning) {
        List<String> before = List.copyOf(lines.subList(from, to));
        List<String> after = before.stream().map(String::stripTrailing).toList();
        if (before.equals(after)) {
            return;
        }
        put(after, lines, from);
        if (!meaning(String.join("\n", lines)).equals(meaning)) {
            put(before, lines, from);
            if (to - from > 1) {
                int middle = (from + to) / 2;
                trim(lines, from, middle, meaning);
                trim(lines, middle, to, meaning);
            }
        }
    }

    private static void put(List<String> some, List<String> lines, int from) {
        for (int i = 0; i < some.size(); i++) {
            lines.set(from + i, some.get(i));
        }
    }

    /** One rule after the other, so that one that cannot be moved does not keep the others back. */
    private static String ordered(String text) {
        String best = text;
        int count = items(best).size();
        for (int i = 0; i < count; i++) {
            MappingNode item = items(best).get(i);
            List<String> lines = new ArrayList<>(List.of(best.split("\n", -1)));
            if (new RuleLines(lines, item).order()) {
                best = kept(best, String.join("\n", lines));
            }
        }
        return best;
    }

    private static List<MappingNode> items(String text) {
        return tree(text).map(Items::of).orElse(List.of());
    }

    private static String kept(String before, String after) {
        return before.equals(after) || !meaning(before).equals(meaning(after)) ? before : after;
    }

    private static Optional<String> meaning(String text) {
        SourceText source = new SourceText("layout", text);
        Problems problems = new Problems(source);
        YamlDocument.Tree tree = YamlDocument.read(source, problems);
        return problems.isEmpty() ? Optional.of(tree.root().map(Items::meaning).orElse("")) : Optional.empty();
    }

    private static Optional<Node> tree(String text) {
        SourceText source = new SourceText("layout", text);
        return YamlDocument.read(source, new Problems(source)).root();
    }
}
