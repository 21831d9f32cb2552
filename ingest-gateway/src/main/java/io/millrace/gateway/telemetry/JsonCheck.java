package io.millrace.gateway.telemetry;

import java.util.Arrays;

/**
 * Checks that bytes are one JSON text (RFC 8259, well-formed UTF-8) and says of what kind, without building anything: the
 * bytes go on as they are. Of an array of objects it knows where each object stands. One for each event loop; the answers
 * hold until the next {@link #check}.
 */
public final class JsonCheck {
    /** What the bytes are. */
    public enum Verdict {
        OBJECT,
        /** An array, maybe empty, of nothing but objects. */
        OBJECTS,
        /** JSON, but neither. */
        OTHER,
        NOT_JSON
    }

    /** Deeper nesting is refused: one bit a level. */
    private static final int MAX_DEPTH = 64;

    private byte[] json = new byte[0];
    private int at;
    private int[] bounds = new int[32];
    private int objects;
    private int valueEnd;

    public Verdict check(byte[] bytes) {
        json = bytes;
        at = 0;
        objects = 0;
        skipSpace();
        int first = peek();
        Verdict verdict =
                first == '[' ? array() : !value() ? Verdict.NOT_JSON : first == '{' ? Verdict.OBJECT : Verdict.OTHER;
        if (verdict != Verdict.NOT_JSON) {
            skipSpace();
            if (at < json.length) {
                return Verdict.NOT_JSON;
            }
        }
        return verdict;
    }

    /**
     * The same for objects that stand each on a line of its own (NDJSON); empty lines do not count. Of {@link
     * Verdict#OTHER}, {@link #brokenAt} says where the first value stands that is no object.
     */
    public Verdict checkLines(byte[] bytes) {
        json = bytes;
        at = 0;
        objects = 0;
        skipSpace();
        while (at < json.length) {
            int start = at;
            boolean object = peek() == '{';
            if (!value() || !lineEnds()) {
                return Verdict.NOT_JSON;
            }
            if (!object) {
                at = start;
                return Verdict.OTHER;
            }
            remember(start, valueEnd);
            skipSpace();
        }
        return objects == 0 ? Verdict.NOT_JSON : Verdict.OBJECTS;
    }

    /** Whether nothing but space stands between a value and the end of its line. */
    private boolean lineEnds() {
        valueEnd = at;
        skipSpace();
        for (int i = valueEnd; i < at; i++) {
            if (json[i] == '\n') {
                return true;
            }
        }
        return at == json.length;
    }

    /** Of {@link Verdict#OBJECTS}. */
    public int objects() {
        return objects;
    }

    /** A copy of the bytes of an object of {@link Verdict#OBJECTS}. */
    public byte[] object(int index) {
        return Arrays.copyOfRange(json, bounds[2 * index], bounds[2 * index + 1]);
    }

    /** Of {@link Verdict#NOT_JSON}: the byte at which it broke off, from 0. */
    public int brokenAt() {
        return at;
    }

    private Verdict array() {
        boolean onlyObjects = true;
        at++;
        skipSpace();
        if (peek() == ']') {
            at++;
            return Verdict.OBJECTS;
        }
        while (true) {
            int start = at;
            onlyObjects &= peek() == '{';
            if (!value()) {
                return Verdict.NOT_JSON;
            }
            remember(start, at);
            skipSpace();
            int c = peek();
            if (c == ']') {
                at++;
                return onlyObjects ? Verdict.OBJECTS : Verdict.OTHER;
            }
            if (c != ',') {
                return Verdict.NOT_JSON;
            }
            at++;
            skipSpace();
        }
    }

    private void remember(int start, int end) {
        if (2 * objects == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * bounds.length);
        }
        bounds[2 * objects] = start;
        bounds[2 * objects + 1] = end;
        objects++;
    }

    /** One value from its first byte to its last. A bit of {@code inObject} for each open container. */
    private boolean value() {
        long inObject = 0;
        int depth = 0;
        while (true) {
            int c = peek();
            if (c == '{' || c == '[') {
                if (depth == MAX_DEPTH) {
                    return false;
                }
                at++;
                skipSpace();
                boolean object = c == '{';
                if (peek() == (object ? '}' : ']')) {
                    at++;
                } else {
                    inObject = inObject << 1 | (object ? 1 : 0);
                    depth++;
                    if (object && !name()) {
                        return false;
                    }
                    continue;
                }
            } else if (!scalar(c)) {
                return false;
            }
            // A value has ended; close what ends with it.
            while (true) {
                if (depth == 0) {
                    return true;
                }
                skipSpace();
                boolean object = (inObject & 1) == 1;
                int next = peek();
                at++;
                if (next == ',') {
                    skipSpace();
                    if (object && !name()) {
                        return false;
                    }
                    break;
                }
                if (next != (object ? '}' : ']')) {
                    at--;
                    return false;
                }
                inObject >>>= 1;
                depth--;
            }
        }
    }

    private boolean name() {
        if (peek() != '"' || !string()) {
            return false;
        }
        skipSpace();
        if (peek() != ':') {
            return false;
        }
        at++;
        skipSpace();
        return true;
    }

    private boolean scalar(int c) {
        return switch (c) {
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        };
    }

    private boolean word(String word) {
        for (int i = 0; i < word.length(); i++, at++) {
            if (peek() != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean number() {
        if (peek() == '-') {
            at++;
        }
        if (peek() == '0') {
            at++;
        } else if (!digits()) {
            return false;
        }
        if (peek() == '.') {
            at++;
            if (!digits()) {
                return false;
            }
        }
        if (peek() == 'e' || peek() == 'E') {
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            return digits();
        }
        return true;
    }

    private boolean digits() {
        int start = at;
        while (at < json.length && json[at] >= '0' && json[at] <= '9') {
            at++;
        }
        return at > start;
    }

    private boolean string() {
        byte[] bytes = json;
        int i = at + 1;
        while (i < bytes.length) {
            byte b = bytes[i];
            if (b == '"') {
                at = i + 1;
                return true;
            }
            int length = b == '\\' ? escape(i) : b >= 0x20 ? 1 : b < 0 ? utf8(i) : 0;
            if (length == 0) {
                break;
            }
            i += length;
        }
        at = Math.min(i, bytes.length);
        return false;
    }

    /** The length of the escape that begins at i; 0 if it is none. */
    private int escape(int i) {
        if (i + 1 >= json.length) {
            return 0;
        }
        switch (json[i + 1]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
                return 2;
            case 'u':
                if (i + 6 > json.length) {
                    return 0;
                }
                for (int k = i + 2; k < i + 6; k++) {
                    if (Character.digit(json[k], 16) < 0) {
                        return 0;
                    }
                }
                return 6;
            default:
                return 0;
        }
    }

    /** The length of the UTF-8 sequence that begins at i; 0 if it is overlong, a surrogate, beyond U+10FFFF or cut off. */
    private int utf8(int i) {
        int lead = json[i] & 0xff;
        int length = lead >= 0xc2 && lead <= 0xdf ? 2 : lead >> 4 == 0xe ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
        if (length == 0 || i + length > json.length) {
            return 0;
        }
        for (int k = i + 1; k < i + length; k++) {
            if ((json[k] & 0xc0) != 0x80) {
                return 0;
            }
        }
        int second = json[i + 1] & 0xff;
        boolean wrong = lead == 0xe0 && second < 0xa0
                || lead == 0xed && second > 0x9f
                || lead == 0xf0 && second < 0x90
                || lead == 0xf4 && second > 0x8f;
        return wrong ? 0 : length;
    }

    private void skipSpace() {
        while (at < json.length) {
            byte b = json[at];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return;
            }
            at++;
        }
    }

    /** -1 at the end, and for bytes above 127. */
    private int peek() {
        return at < json.length ? json[at] : -1;
    }
}
