package io.millrace.rules.expression;

/** What a telemetry field may hold. {@link #ANY} takes what comes: each reader sees the value only if it has the reader's type. */
public enum FieldType {
    NUMBER("number"),
    BOOL("bool"),
    STRING("string"),
    ARRAY("array"),
    OBJECT("object"),
    ANY("any");

    private final String word;

    FieldType(String word) {
        this.word = word;
    }

    /** The word for it in a rule file. */
    public String word() {
        return word;
    }
}
