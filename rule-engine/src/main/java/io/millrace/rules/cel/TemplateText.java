package io.millrace.rules.cel;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A text with {@code ${…}} in it, taken apart; {@code $${} stands for a literal one. Offsets count code points.
 *
 * @param unclosed where a {@code ${} stands that never ends; the pieces are those before it
 */
record TemplateText(List<Piece> pieces, OptionalInt unclosed) {

    /**
     * @param text what it says, without the braces
     * @param from where an expression begins behind its brace; negative for a literal
     */
    record Piece(String text, int from, int to) {

        boolean isExpression() {
            return from >= 0;
        }
    }

    static TemplateText of(String text) {
        int[] points = text.codePoints().toArray();
        List<Piece> pieces = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int at = 0;
        while (at < points.length) {
            if (starts(points, at, "$${")) {
                literal.append("${");
                at += 3;
            } else if (starts(points, at, "${")) {
                int end = closingBrace(points, at + 2);
                if (end < 0) {
                    return new TemplateText(pieces, OptionalInt.of(at));
                }
                close(literal, pieces);
                pieces.add(new Piece(new String(points, at + 2, end - at - 2), at + 2, end));
                at = end + 1;
            } else {
                literal.appendCodePoint(points[at++]);
            }
        }
        close(literal, pieces);
        return new TemplateText(pieces, OptionalInt.empty());
    }

    private static void close(StringBuilder literal, List<Piece> pieces) {
        if (literal.length() > 0) {
            pieces.add(new Piece(literal.toString(), -1, -1));
            literal.setLength(0);
        }
    }

    private static boolean starts(int[] points, int at, String prefix) {
        return new String(points, at, Math.min(prefix.length(), points.length - at)).equals(prefix);
    }

    private static int closingBrace(int[] points, int from) {
        int depth = 0;
        int quote = 0;
        for (int i = from; i < points.length; i++) {
            int c = points[i];
            if (quote != 0) {
                i += c == '\\' ? 1 : 0;
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '{') {
                depth++;
            } else if (c == '}' && depth-- == 0) {
                return i;
            }
        }
        return -1;
    }
}
