package io.millrace.rules.backtest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Finds the parts of a recorded reading, {@code {"device": id, "time": epoch milliseconds or RFC 3339, "value": {…}}}, in the bytes
 * of its line, without making objects of them. Other keys are passed over; the value is judged by the engine. Reused; one thread.
 */
final class RecordedLine {

    private static final byte[] DEVICE = "device".getBytes(UTF_8);
    private static final byte[] TIME = "time".getBytes(UTF_8);
    private static final byte[] VALUE = "value".getBytes(UTF_8);
    private static final int LONGEST_TIME = 15;

    private byte[] bytes = new byte[0];
    private int at;
    private int end;

    int deviceFrom;
    int deviceTo;
    long time;
    int valueFrom;
    int valueTo;

    /** What is wrong with the line; null if nothing is. */
    @Nullable
    String read(byte[] line, int from, int to) {
        bytes = line;
        at = from;
        end = to;
        deviceFrom = -1;
        valueFrom = -1;
        boolean timed = false;
        if (skipBlanks() != '{') {
            return "expected {\"device\": …, \"time\": …, \"value\": {…}}";
        }
        at++;
        while (skipBlanks() == '"') {
            int key = at + 1;
            if (!skipString()) {
                return "a text without closing quote";
            }
            int keyTo = at - 1;
            if (skipBlanks() != ':') {
                return "expected `:` after a key";
            }
            at++;
            int first = skipBlanks();
            int valueAt = at;
            if (!skipValue()) {
                return "a value that does not end";
            }
            if (is(DEVICE, key, keyTo) && first == '"') {
                deviceFrom = valueAt + 1;
                deviceTo = at - 1;
            } else if (is(TIME, key, keyTo)) {
                timed = first == '"' ? text(valueAt + 1, at - 1) : number(valueAt, at);
            } else if (is(VALUE, key, keyTo) && first == '{') {
                valueFrom = valueAt;
                valueTo = at;
            }
            if (skipBlanks() != ',') {
                break;
            }
            at++;
        }
        if (skipBlanks() != '}') {
            return "expected `}` at the end";
        }
        if (deviceFrom < 0 || valueFrom < 0 || !timed) {
            String missing = deviceFrom < 0 ? "device" : valueFrom < 0 ? "value" : "time";
            return "no \"" + missing + "\" that could be used";
        }
        return null;
    }

    private int skipBlanks() {
        while (at < end && bytes[at] <= ' ' && bytes[at] >= 0) {
            at++;
        }
        return at < end ? bytes[at] : -1;
    }

    private boolean skipString() {
        for (at++; at < end; at++) {
            if (bytes[at] == '\\') {
                at++;
            } else if (bytes[at] == '"') {
                at++;
                return true;
            }
        }
        return false;
    }

    private boolean skipValue() {
        int depth = 0;
        while (at < end) {
            byte b = bytes[at];
            if (b == '"') {
                if (!skipString()) {
                    return false;
                }
                if (depth == 0) {
                    return true;
                }
                continue;
            }
            if (b == '{' || b == '[') {
                depth++;
            } else if (b == '}' || b == ']') {
                if (depth == 0) {
                    return true;
                }
                if (--depth == 0) {
                    at++;
                    return true;
                }
            } else if (depth == 0 && (b == ',' || b <= ' ')) {
                return true;
            }
            at++;
        }
        return false;
    }

    private boolean is(byte[] word, int from, int to) {
        if (to - from != word.length) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (bytes[from + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean number(int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9 || i - from >= LONGEST_TIME) {
                return false;
            }
            number = number * 10 + digit;
        }
        time = number;
        return to > from;
    }

    private boolean text(int from, int to) {
        try {
            time = OffsetDateTime.parse(new String(bytes, from, to - from, UTF_8))
                    .toInstant()
                    .toEpochMilli();
            return true;
        } catch (DateTimeException | ArithmeticException noTime) {
            return false;
        }
    }
}
