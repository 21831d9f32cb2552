package io.millrace.rules.evaluation;

import io.millrace.rules.evaluation.FieldNames.Wanted;
import io.millrace.rules.evaluation.JsonCursor.Malformed;
import io.millrace.rules.expression.Field;
import io.millrace.rules.expression.FieldTable;
import io.millrace.rules.expression.FieldType;
import io.millrace.schemas.RejectReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a message once, taking only what some rule wants: everything else is checked and passed over. Allocates only for texts not
 * seen lately, and lists. Of its task's thread; lives as long as the field table.
 */
public final class ReadingScanner {

    /** A message that cannot be used; the device's fault. */
    public static final class Poison extends Exception {
        private static final long serialVersionUID = 1;
        private final RejectReason reason;

        Poison(RejectReason reason, @Nullable String message) {
            super(message, null, false, false);
            this.reason = reason;
        }

        public RejectReason reason() {
            return reason;
        }
    }

    private final FieldNames names;
    private final Reading reading;
    private final JsonCursor json = new JsonCursor();
    private long time;

    public ReadingScanner(FieldTable fields, DeviceTime deviceTime) {
        names = FieldNames.of(fields, deviceTime);
        reading = new Reading(fields.size());
    }

    /**
     * The same object each time.
     *
     * @param dataTime when it was taken, in epoch milliseconds
     * @throws Poison if it is not a JSON object
     */
    public Reading scan(byte[] bytes, long dataTime) throws Poison {
        Arrays.fill(reading.carried, 0);
        reading.messageId = Double.NaN;
        reading.timestamp = Double.NaN;
        reading.hash = Hashes.of(bytes);
        time = dataTime;
        json.start(bytes);
        try {
            boolean object = json.peek() == '{';
            if (object) {
                object(names, 0);
            } else {
                json.skip(0);
            }
            if (!json.atEnd()) {
                throw json.wrong("more after the end");
            }
            if (!object) {
                throw new Poison(RejectReason.NOT_OBJECT, "expected a JSON object");
            }
        } catch (Malformed e) {
            throw new Poison(RejectReason.NOT_JSON, e.getMessage());
        }
        return reading;
    }

    private void object(FieldNames wanted, int depth) throws Malformed {
        if (depth > JsonCursor.MAX_DEPTH) {
            throw json.wrong("nested deeper than " + JsonCursor.MAX_DEPTH);
        }
        json.expect('{');
        if (json.empty('}')) {
            return;
        }
        do {
            if (json.peek() != '"') {
                throw json.wrong("expected a name");
            }
            json.string();
            Wanted name = json.wanted(wanted);
            json.expect(':');
            if (name == null) {
                json.skip(depth + 1);
            } else {
                value(name, depth + 1);
            }
        } while (json.more('}'));
    }

    private void value(Wanted name, int depth) throws Malformed {
        switch (json.peek()) {
            case '{' -> {
                clear(name.fields);
                if (name.inner != null) {
                    object(name.inner, depth);
                } else {
                    json.skip(depth);
                }
            }
            case '[' -> {
                list(name.fields, depth);
                clearInner(name);
            }
            case '"' -> {
                json.string();
                if (name.fields.length > 0) {
                    text(name.fields, json.text());
                }
                if (name.timestamp) {
                    reading.timestamp = DeviceTime.millis(json.text());
                }
                clearInner(name);
            }
            case 't' -> {
                json.word("true");
                flag(name, true);
            }
            case 'f' -> {
                json.word("false");
                flag(name, false);
            }
            case 'n' -> {
                json.word("null");
                clear(name.fields);
                clearInner(name);
            }
            default -> number(name, json.numberOrWrong());
        }
    }

    private void number(Wanted name, double number) {
        if (name.messageId) {
            reading.messageId = number;
        }
        if (name.timestamp) {
            reading.timestamp = DeviceTime.millis(number);
        }
        for (Field field : name.fields) {
            carry(field);
            field.number(reading.values, number, time);
        }
        clearInner(name);
    }

    private void flag(Wanted name, boolean flag) {
        for (Field field : name.fields) {
            carry(field);
            field.flag(reading.values, flag, time);
        }
        clearInner(name);
    }

    private void text(Field[] fields, String text) {
        for (Field field : fields) {
            carry(field);
            field.text(reading.values, text, time);
        }
    }

    private void list(Field[] fields, int depth) throws Malformed {
        boolean taken = false;
        for (Field field : fields) {
            FieldType type = field.declaration().type();
            taken |= type == FieldType.ARRAY || type == FieldType.ANY;
        }
        if (!taken) {
            clear(fields);
            json.skip(depth);
            return;
        }
        List<?> elements = elements(depth);
        for (Field field : fields) {
            carry(field);
            field.list(reading.values, elements, time);
        }
    }

    private List<?> elements(int depth) throws Malformed {
        if (depth > JsonCursor.MAX_DEPTH) {
            throw json.wrong("nested deeper than " + JsonCursor.MAX_DEPTH);
        }
        List<Object> elements = new ArrayList<>();
        json.expect('[');
        if (json.empty(']')) {
            return elements;
        }
        do {
            switch (json.peek()) {
                case '"' -> {
                    json.string();
                    elements.add(json.text());
                }
                case '[' -> elements.add(List.copyOf(elements(depth + 1)));
                case 't' -> {
                    json.word("true");
                    elements.add(true);
                }
                case 'f' -> {
                    json.word("false");
                    elements.add(false);
                }
                // Objects and nulls are nothing that an expression could compare with.
                case '{', 'n' -> json.skip(depth + 1);
                default -> elements.add(json.numberOrWrong());
            }
        } while (json.more(']'));
        return elements;
    }

    /** A value that is no object ends what stood inside it, as a null would. */
    private void clearInner(Wanted name) {
        if (name.inner != null) {
            for (Wanted inner : name.inner.all()) {
                clear(inner.fields);
                clearInner(inner);
            }
        }
    }

    private void clear(Field[] fields) {
        for (Field field : fields) {
            carry(field);
            field.missing(reading.values);
        }
    }

    private void carry(Field field) {
        reading.carried[field.slot() >> 6] |= 1L << field.slot();
    }
}
