package io.millrace.rules.cel;

import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import io.millrace.rules.expression.FieldType;

/** The types of the language, each with the words that people use for it. */
enum Kind {
    NUMBER("number", "a number"),
    BOOL("bool", "true or false"),
    TEXT("text", "a text"),
    LIST("list", "a list"),
    TIME("time", "a time"),
    VERSION("version", "a version"),
    ANY("any value", "any value");

    private final String word;
    private final String description;

    Kind(String word, String description) {
        this.word = word;
        this.description = description;
    }

    String word() {
        return word;
    }

    String description() {
        return description;
    }

    static Kind of(CelType type) {
        CelKind kind = type.kind();
        return switch (kind) {
            case DOUBLE, INT, UINT -> NUMBER;
            case BOOL -> BOOL;
            case STRING -> TEXT;
            case LIST -> LIST;
            case TIMESTAMP -> TIME;
            case OPAQUE -> VERSION;
            default -> ANY;
        };
    }

    /** From dev.cel's own notation in its messages. */
    static Kind named(String type) {
        return switch (type) {
            case "double", "int", "uint" -> NUMBER;
            case "bool" -> BOOL;
            case "string" -> TEXT;
            case "google.protobuf.Timestamp" -> TIME;
            case "semver" -> VERSION;
            default -> type.startsWith("list") ? LIST : ANY;
        };
    }

    static Kind of(FieldType type) {
        return switch (type) {
            case NUMBER -> NUMBER;
            case BOOL -> BOOL;
            case STRING -> TEXT;
            case ARRAY -> LIST;
            case OBJECT, ANY -> ANY;
        };
    }

    CelType type() {
        return switch (this) {
            case NUMBER -> SimpleType.DOUBLE;
            case BOOL -> SimpleType.BOOL;
            case TEXT -> SimpleType.STRING;
            case LIST -> ListType.create(SimpleType.DYN);
            case TIME -> SimpleType.TIMESTAMP;
            case VERSION -> OpaqueType.create("semver");
            case ANY -> SimpleType.DYN;
        };
    }
}
