package io.millrace.rules.cel;

/** Small readings of an expression's text, in code points. Expressions outside the basic plane are rare but counted right. */
final class Texts {

    private Texts() {}

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    static boolean isWord(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || isDigit(c);
    }

    static boolean isIdentifier(String text) {
        return !text.isEmpty() && !isDigit(text.charAt(0)) && text.chars().allMatch(Texts::isWord);
    }

    static int codePointBefore(String text, int offset) {
        return offset == 0 ? 0 : text.codePointBefore(text.offsetByCodePoints(0, offset));
    }

    /** How many code points belong to the token that begins there; at least 1. */
    static int tokenLength(String text, int offset) {
        int[] points = text.codePoints().toArray();
        if (offset >= points.length) {
            return 1;
        }
        int first = points[offset];
        int end = offset + 1;
        if (first == '"' || first == '\'') {
            while (end < points.length && points[end] != first) {
                end += points[end] == '\\' ? 2 : 1;
            }
            return Math.min(points.length, end + 1) - offset;
        }
        if (isWord(first)) {
            boolean number = isDigit(first);
            while (end < points.length && (isWord(points[end]) || number && points[end] == '.')) {
                end++;
            }
            return end - offset;
        }
        boolean pair = end < points.length
                && (points[end] == '=' && "=!<>".indexOf(first) >= 0
                        || points[end] == first && "&|".indexOf(first) >= 0);
        return pair ? 2 : 1;
    }

    /** The operator or word that ends before that offset; empty at the beginning. */
    static String previousToken(String text, int offset) {
        int[] points = text.codePoints().toArray();
        int end = Math.min(offset, points.length);
        while (end > 0 && Character.isWhitespace(points[end - 1])) {
            end--;
        }
        if (end == 0) {
            return "";
        }
        int begin = end - 1;
        if (isWord(points[begin])) {
            while (begin > 0 && isWord(points[begin - 1])) {
                begin--;
            }
        } else if (begin > 0 && tokenLength(text, begin - 1) == 2 && !isWord(points[begin - 1])) {
            begin--;
        }
        return new String(points, begin, end - begin);
    }
}
