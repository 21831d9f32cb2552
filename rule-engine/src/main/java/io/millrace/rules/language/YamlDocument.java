package io.millrace.rules.language;

import io.millrace.rules.source.Problems;
import io.millrace.rules.source.SourceText;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The node tree of one file. Where YAML trips over an expression that should have been quoted (E101, E102), that value is blotted out
 * and the rest is read all the same, so that one slip does not hide the other problems of the file.
 */
public final class YamlDocument {

    private static final int MOST_REPAIRS = 100;
    private static final int MOST_CODE_POINTS = 16 << 20;
    private static final int MOST_NODES = 4_000_000;
    private static final int DEEPEST = 100;
    private static final int LINES_BACK = 3;
    private static final Pattern EXPRESSION = Pattern.compile("(?:^|[\\s{,])(?:expr|resolve_expr|if):[ \\t]+(?=\\S)");

    private final SourceText source;
    private final Problems problems;
    private final Map<Integer, Blot> blotted = new HashMap<>();
    private String text;

    private YamlDocument(SourceText source, Problems problems) {
        this.source = source;
        this.problems = problems;
        this.text = source.text();
    }

    /** The root, empty for an empty file or one that is no YAML (then that is among the problems). */
    public record Tree(Optional<Node> root, Blots blots) {}

    /** An expression that YAML could not read. */
    public record Blot(Trap trap, int length) {}

    /** What was blotted out, by the offset at which it begins. */
    public record Blots(SourceText source, Map<Integer, Blot> byOffset) {

        /** True if the value there was one; it is then reported. */
        boolean report(int offset, Problems problems, Problems.Subject subject) {
            Blot blot = byOffset.get(offset);
            if (blot != null) {
                blot.trap().report(problems, source.position(offset), blot.length(), subject);
            }
            return blot != null;
        }

        /** Those whose rule was never reached. */
        public void reportRest(Problems problems) {
            byOffset.keySet().forEach(offset -> {
                boolean reported = report(offset, problems, Problems.Subject.FILE.word("expr"));
                assert reported;
            });
        }
    }

    public static Tree read(SourceText source, Problems problems) {
        YamlDocument document = new YamlDocument(source, problems);
        return new Tree(document.compose(), new Blots(source, document.blotted));
    }

    private Optional<Node> compose() {
        for (int repairs = 0; repairs < MOST_REPAIRS; repairs++) {
            try {
                LoadSettings settings = LoadSettings.builder()
                        .setLabel(source.name())
                        .setUseMarks(true)
                        .setAllowDuplicateKeys(true)
                        .setCodePointLimit(MOST_CODE_POINTS)
                        .build();
                Optional<Node> root = new Compose(settings).composeString(text);
                return root.filter(this::isBounded);
            } catch (MarkedYamlEngineException mistake) {
                boolean openEnd = String.valueOf(mistake.getProblem()).contains("end of stream");
                int offset = (openEnd ? mistake.getContextMark() : mistake.getProblemMark())
                        .or(mistake::getProblemMark)
                        .or(mistake::getContextMark)
                        .map(Mark::getIndex)
                        .orElse(0);
                if (!repair(offset)) {
                    error(offset, plain(mistake));
                    return Optional.empty();
                }
            } catch (ReaderException mistake) {
                error(
                        mistake.getPosition(),
                        "the character U+%04X is not allowed in YAML".formatted(mistake.getCodePoint()));
                return Optional.empty();
            } catch (YamlEngineException mistake) {
                error(0, String.valueOf(mistake.getMessage()));
                return Optional.empty();
            } catch (StackOverflowError tooDeep) {
                error(0, "nested too deeply");
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** Aliases can contain themselves, or multiply a few lines into millions of nodes. */
    private boolean isBounded(Node root) {
        if (count(root, 0, 0) <= MOST_NODES) {
            return true;
        }
        error(ScalarPassage.start(root), "nested too deeply, or aliases that repeat themselves");
        return false;
    }

    /** Nodes with aliases written out, counted on from {@code counted}; beyond {@link #MOST_NODES} counting stops. */
    private static int count(Node node, int depth, int counted) {
        int sum = depth > DEEPEST ? MOST_NODES + 1 : counted + 1;
        if (node instanceof SequenceNode sequence) {
            for (Node element : sequence.getValue()) {
                sum = sum > MOST_NODES ? sum : count(element, depth + 1, sum);
            }
        } else if (node instanceof MappingNode map) {
            for (NodeTuple pair : map.getValue()) {
                sum = sum > MOST_NODES ? sum : count(pair.getKeyNode(), depth + 1, sum);
                sum = sum > MOST_NODES ? sum : count(pair.getValueNode(), depth + 1, sum);
            }
        }
        return sum;
    }

    private void error(int offset, String message) {
        problems.error(source.position(offset), 1, "E100", Problems.Subject.FILE, message, "");
    }

    private static String plain(MarkedYamlEngineException mistake) {
        String context =
                mistake.getContext() == null ? "" : mistake.getContext().strip();
        String problem =
                mistake.getProblem() == null ? "" : mistake.getProblem().strip();
        String all = context.isEmpty() || problem.isEmpty() ? context + problem : problem + ", " + context;
        return "not YAML: " + all.lines().findFirst().orElse("");
    }

    /** Finds the expression that made YAML stumble at {@code offset}, reports it and blots it out. */
    private boolean repair(int offset) {
        int line = source.position(offset).line();
        for (int candidate = line; candidate >= Math.max(1, line - LINES_BACK); candidate--) {
            int start = source.lineStart(candidate);
            Matcher matcher = EXPRESSION.matcher(source.line(candidate));
            while (matcher.find()) {
                String before = source.line(candidate).substring(0, matcher.end());
                int value = start + before.codePointCount(0, before.length());
                if (!blotted.containsKey(value) && repair(value, source.line(candidate), matcher.end(), offset)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean repair(int value, String line, int from, int stumbled) {
        String written = line.substring(from);
        boolean inline = line.substring(0, from).contains("{");
        int brace = written.lastIndexOf('}');
        if (inline && brace > 0) {
            written = written.substring(0, brace);
        }
        int length = written.codePointCount(0, written.length());
        Optional<Trap> trap = Trap.of(written);
        if (trap.isEmpty() || stumbled < value - 1) {
            return false;
        }
        blotted.put(value, new Blot(trap.get(), length));
        int begin = text.offsetByCodePoints(0, value);
        int end = text.offsetByCodePoints(begin, length);
        text = text.substring(0, begin) + "x".repeat(length) + text.substring(end);
        return true;
    }
}
