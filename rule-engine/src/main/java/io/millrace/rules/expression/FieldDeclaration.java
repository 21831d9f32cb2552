package io.millrace.rules.expression;

import java.util.List;

/**
 * What a file's {@code fields} says of one field. Minimum and maximum are NaN where none is given; {@code values} is empty where
 * any text will do; {@code coerce} takes a text that is a number for a number.
 */
public record FieldDeclaration(
        FieldType type, double min, double max, List<String> values, boolean coerce, String unit) {

    /** A field that no file declares. */
    public static final FieldDeclaration OPEN =
            new FieldDeclaration(FieldType.ANY, Double.NaN, Double.NaN, List.of(), false, "");

    public FieldDeclaration {
        values = List.copyOf(values);
        if (min > max) {
            throw new IllegalArgumentException("min " + min + " above max " + max);
        }
    }

    /** Tells declarations apart, on every Java alike; the unit does not matter. */
    String digest() {
        String written = type.word() + ' ' + min + ' ' + max + ' ' + coerce + ' ' + String.join("\u0000", values);
        return Integer.toHexString(written.hashCode());
    }

    boolean takes(FieldType kind) {
        return type == FieldType.ANY || type == kind;
    }

    boolean inRange(double number) {
        return !(number < min) && !(number > max);
    }
}
