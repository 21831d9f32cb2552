package io.millrace.rules.language;

import io.millrace.rules.source.Passage;
import io.millrace.rules.source.SourceText;
import java.util.Arrays;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Lays the value that YAML made of a scalar beside the text it was made from, so that each code point of the value knows its
 * place: escapes, doubled quotes, folded lines and the indentation of blocks are undone.
 */
final class ScalarPassage {

    private final SourceText source;
    private final int[] value;
    private final int[] offsets;
    private final ScalarStyle style;
    private final int end;
    private int at;
    private int indent;

    private ScalarPassage(SourceText source, ScalarNode node) {
        this.source = source;
        this.value = node.getValue().codePoints().toArray();
        this.offsets = new int[value.length + 1];
        this.style = node.getScalarStyle();
        this.at = index(node.getStartMark());
        this.end = index(node.getEndMark());
    }

    static int index(java.util.Optional<Mark> mark) {
        return mark.map(Mark::getIndex).orElse(0);
    }

    static int start(Node node) {
        return index(node.getStartMark());
    }

    static Passage of(SourceText source, ScalarNode node) {
        ScalarPassage passage = new ScalarPassage(source, node);
        if (!passage.align()) {
            Arrays.fill(passage.offsets, start(node));
        }
        return new Passage(source, node.getValue(), passage.offsets);
    }

    private boolean align() {
        skipProperties();
        if (isBlock()) {
            while (at < end && source.at(at) != '\n') {
                at++;
            }
            at++;
            skipBlanks(true);
            indent = source.position(at).column() - 1;
        } else if (style != ScalarStyle.PLAIN) {
            at++;
        }
        for (int i = 0; i < value.length; i++) {
            if (!alignOne(i)) {
                return false;
            }
        }
        offsets[value.length] = Math.min(at, end);
        return true;
    }

    private boolean isBlock() {
        return style == ScalarStyle.LITERAL || style == ScalarStyle.FOLDED;
    }

    private boolean alignOne(int i) {
        if (style == ScalarStyle.DOUBLE_QUOTED && source.at(at) == '\\') {
            if (isBreak(source.at(at + 1))) {
                at++;
                skipBlanks(true);
                return alignOne(i);
            }
            offsets[i] = at;
            at += escapeLength(source.at(at + 1));
            return true;
        }
        if (style == ScalarStyle.SINGLE_QUOTED && source.at(at) == '\'' && source.at(at + 1) == '\'') {
            offsets[i] = at;
            at += 2;
            return value[i] == '\'';
        }
        if (value[i] == ' ' || value[i] == '\n') {
            int lineEnd = nextBreak();
            if (lineEnd >= 0) {
                return alignBreak(i, lineEnd);
            }
        }
        offsets[i] = at;
        return source.at(at++) == value[i];
    }

    /** A line end of the file. Where lines fold, one break is a space, and k + 1 breaks are k line ends. */
    private boolean alignBreak(int i, int lineEnd) {
        offsets[i] = at;
        at = lineEnd + 1;
        skipIndent();
        boolean lastOfRun = i + 1 >= value.length || value[i + 1] != '\n';
        while (style != ScalarStyle.LITERAL && lastOfRun && nextBreak() >= 0) {
            at = nextBreak() + 1;
            skipIndent();
        }
        return true;
    }

    private void skipIndent() {
        if (!isBlock()) {
            skipBlanks(false);
            return;
        }
        for (int i = 0; i < indent && source.at(at) == ' '; i++) {
            at++;
        }
    }

    /** The line break that ends the line here, if only blanks are before it; -1 if text follows. */
    private int nextBreak() {
        int i = at;
        while (i < end && (source.at(i) == ' ' || source.at(i) == '\t' || source.at(i) == '\r')) {
            i++;
        }
        return i < end && source.at(i) == '\n' ? i : -1;
    }

    private void skipBlanks(boolean overLines) {
        while (at < end
                && (source.at(at) == ' '
                        || source.at(at) == '\t'
                        || source.at(at) == '\r'
                        || overLines && isBreak(source.at(at)))) {
            at++;
        }
    }

    /** An anchor or a tag before the value. */
    private void skipProperties() {
        while (source.at(at) == '&' || source.at(at) == '!') {
            while (at < end && !Character.isWhitespace(source.at(at))) {
                at++;
            }
            skipBlanks(true);
        }
    }

    private static boolean isBreak(int c) {
        return c == '\n' || c == '\r';
    }

    private static int escapeLength(int letter) {
        return switch (letter) {
            case 'x' -> 4;
            case 'u' -> 6;
            case 'U' -> 10;
            default -> 2;
        };
    }
}
