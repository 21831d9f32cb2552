package io.millrace.rules.expression;

import java.util.List;

/**
 * One telemetry field as some rule files see it: where it stands in the JSON ({@code gps.lat} has the path gps, lat) and
 * which slot keeps its last value. Two files that declare one field differently have a slot each.
 *
 * <p>The four writers are the only way into a slot: what does not fit the declaration, or is larger than {@link Bounds}, clears it,
 * as an explicit null does.
 */
public record Field(String name, List<String> path, FieldDeclaration declaration, int slot) {

    public Field {
        path = List.copyOf(path);
    }

    /** Stable across rule sets and restarts, unlike the slot: names the field where its value is stored. */
    public String key() {
        return declaration.equals(FieldDeclaration.OPEN) ? name : name + "#" + declaration.digest();
    }

    public void number(FieldValues values, double number, long time) {
        if (declaration.takes(FieldType.NUMBER) && Double.isFinite(number) && declaration.inRange(number)) {
            values.setNumber(slot, number, time);
        } else {
            values.clear(slot);
        }
    }

    public void flag(FieldValues values, boolean flag, long time) {
        if (declaration.takes(FieldType.BOOL)) {
            values.setFlag(slot, flag, time);
        } else {
            values.clear(slot);
        }
    }

    public void text(FieldValues values, String text, long time) {
        if (text.length() > Bounds.VALUE) {
            values.clear(slot);
        } else if (declaration.coerce() && declaration.type() == FieldType.NUMBER) {
            number(values, Numbers.parse(text), time);
        } else if (declaration.takes(FieldType.STRING)
                && (declaration.values().isEmpty() || declaration.values().contains(text))) {
            values.setObject(slot, text, time);
        } else {
            values.clear(slot);
        }
    }

    /** The elements are Double, Boolean, String or such lists again. */
    public void list(FieldValues values, List<?> list, long time) {
        if (declaration.takes(FieldType.ARRAY) && Bounds.hold(list)) {
            values.setObject(slot, List.copyOf(list), time);
        } else {
            values.clear(slot);
        }
    }

    public void missing(FieldValues values) {
        values.clear(slot);
    }
}
