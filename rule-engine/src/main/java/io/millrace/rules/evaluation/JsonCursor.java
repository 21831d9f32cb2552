package io.millrace.rules.evaluation;

import java.nio.charset.StandardCharsets;

/**
 * Steps through JSON bytes (RFC 8259), checking them as it goes, without allocation except for texts that are asked for. Reused
 * for every message of a task.
 */
final class JsonCursor {

    /** Not JSON. Has no stack trace: it is the device's fault, and there may be many. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message, null, false, false);
        }
    }

    static final int MAX_DEPTH = 64;

    private static final double[] POWERS = new double[23];

    static {
        double power = 1;
        for (int i = 0; i < POWERS.length; i++, power *= 10) {
            POWERS[i] = power;
        }
    }

    private final TextCache texts = new TextCache();
    private byte[] json = new byte[0];
    private int at;
    private int textFrom;
    private int textTo;
    private boolean escaped;
    private int textHash;

    void start(byte[] bytes) {
        json = bytes;
        at = 0;
    }

    byte[] bytes() {
        return json;
    }

    /** The next byte that is no white space, not yet consumed; 0 at the end. */
    byte peek() {
        while (at < json.length) {
            byte b = json[at];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b;
            }
            at++;
        }
        return 0;
    }

    boolean atEnd() {
        return peek() == 0 && at >= json.length;
    }

    void expect(char c) throws Malformed {
        if (peek() != c) {
            throw wrong("expected '" + c + "'");
        }
        at++;
    }

    /** After an element: true at a comma, false at the closing bracket; consumes either. */
    boolean more(char close) throws Malformed {
        byte b = peek();
        if (b != ',' && b != close) {
            throw wrong("expected ',' or '" + close + "'");
        }
        at++;
        return b == ',';
    }

    /** True if the bracket closes at once; then it is consumed. */
    boolean empty(char close) {
        if (peek() == close) {
            at++;
            return true;
        }
        return false;
    }

    /** Consumes a text; its place, hash and {@link #text} are to be had until the next one. */
    void string() throws Malformed {
        expect('"');
        textFrom = at;
        escaped = false;
        int hash = 0;
        byte[] bytes = json;
        int i = at;
        while (i < bytes.length) {
            byte b = bytes[i];
            if (b == '"') {
                textTo = i;
                textHash = hash;
                at = i + 1;
                return;
            }
            if (b == '\\') {
                escaped = true;
                i++;
                if (i >= bytes.length) {
                    break;
                }
                i = escape(i);
            } else if (b >= 0 && b < ' ') {
                at = i;
                throw wrong("control character in a text");
            }
            hash = FieldNames.hash(hash, b);
            i++;
        }
        at = bytes.length;
        throw wrong("text without end");
    }

    /** Checks an escape; returns the place of its last byte. */
    private int escape(int i) throws Malformed {
        switch (json[i]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                return i;
            }
            case 'u' -> {
                for (int k = 1; k <= 4; k++) {
                    if (i + k >= json.length || Character.digit(json[i + k], 16) < 0) {
                        at = i;
                        throw wrong("bad \\u escape");
                    }
                }
                return i + 4;
            }
            default -> {
                at = i;
                throw wrong("bad escape");
            }
        }
    }

    /** What {@link FieldNames} knows under the last text; null if it is not wanted. */
    FieldNames.@org.jspecify.annotations.Nullable Wanted wanted(FieldNames names) throws Malformed {
        return escaped
                ? names.find(text().getBytes(StandardCharsets.UTF_8))
                : names.find(json, textFrom, textTo, textHash);
    }

    /** The last text as a String; the same object for the same short text, mostly. */
    String text() throws Malformed {
        if (!escaped) {
            String text = texts.get(json, textFrom, textTo, textHash);
            if (text.indexOf(JsonTexts.REPLACEMENT) >= 0 && !JsonTexts.isUtf8(json, textFrom, textTo)) {
                throw wrong("text is not UTF-8");
            }
            return text;
        }
        return JsonTexts.unescaped(json, textFrom, textTo);
    }

    /** Consumes a number. Infinite if it is larger than a double can be. */
    double number() throws Malformed {
        int from = at;
        boolean negative = json[at] == '-';
        if (negative) {
            at++;
        }
        long mantissa = 0;
        int digits = 0;
        int scale = 0;
        int first = at;
        while (at < json.length && isDigit(json[at])) {
            mantissa = mantissa * 10 + (json[at] - '0');
            digits += mantissa == 0 ? 0 : 1;
            at++;
        }
        if (at == first || at - first > 1 && json[first] == '0') {
            throw wrong("bad number");
        }
        if (at < json.length && json[at] == '.') {
            int dot = ++at;
            while (at < json.length && isDigit(json[at])) {
                mantissa = mantissa * 10 + (json[at] - '0');
                digits += mantissa == 0 ? 0 : 1;
                at++;
            }
            scale = at - dot;
            if (scale == 0) {
                throw wrong("bad number");
            }
        }
        boolean exponent = at < json.length && (json[at] == 'e' || json[at] == 'E');
        if (exponent) {
            skipExponent();
        }
        // Exact: both the digits and the power of ten are doubles without rounding, so one division rounds once.
        if (!exponent && digits <= 15 && scale < POWERS.length) {
            double number = mantissa / POWERS[scale];
            return negative ? -number : number;
        }
        return at - from > 400
                ? Double.NaN
                : Double.parseDouble(new String(json, from, at - from, StandardCharsets.ISO_8859_1));
    }

    private void skipExponent() throws Malformed {
        at++;
        if (at < json.length && (json[at] == '+' || json[at] == '-')) {
            at++;
        }
        int first = at;
        while (at < json.length && isDigit(json[at])) {
            at++;
        }
        if (at == first) {
            throw wrong("bad number");
        }
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /** Consumes {@code true}, {@code false} or {@code null}, whichever is asked for. */
    void word(String word) throws Malformed {
        for (int i = 0; i < word.length(); i++, at++) {
            if (at >= json.length || json[at] != word.charAt(i)) {
                throw wrong("expected a value");
            }
        }
    }

    /** Checks and passes over any value. */
    void skip(int depth) throws Malformed {
        if (depth > MAX_DEPTH) {
            throw wrong("nested deeper than " + MAX_DEPTH);
        }
        switch (peek()) {
            case '{' -> {
                at++;
                if (!empty('}')) {
                    do {
                        string();
                        expect(':');
                        skip(depth + 1);
                    } while (more('}'));
                }
            }
            case '[' -> {
                at++;
                if (!empty(']')) {
                    do {
                        skip(depth + 1);
                    } while (more(']'));
                }
            }
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> {
                var unused = numberOrWrong();
            }
        }
    }

    double numberOrWrong() throws Malformed {
        byte b = peek();
        if (b != '-' && !isDigit(b)) {
            throw wrong("expected a value");
        }
        return number();
    }

    Malformed wrong(String what) {
        return new Malformed(what + " at byte " + at);
    }
}
