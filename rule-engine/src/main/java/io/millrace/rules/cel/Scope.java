package io.millrace.rules.cel;

import io.millrace.rules.expression.FieldDeclaration;
import io.millrace.rules.expression.FieldTable;
import io.millrace.rules.expression.FieldType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the expressions of one file may name. Lives while that file is loaded; the slots are those of the whole set.
 *
 * <p>Without {@code fields} any field is known, and its type is what the file's own expressions take it for.
 */
public final class Scope {

    private final Optional<Map<String, FieldDeclaration>> declared;
    private final FieldTable.Builder slots;
    private final FieldTypes inferred = new FieldTypes();

    public Scope(Optional<Map<String, FieldDeclaration>> declared, FieldTable.Builder slots) {
        this.declared = declared;
        this.slots = slots;
    }

    /** Learns from an expression how it uses undeclared fields. Call it for all expressions of the file before the first is compiled. */
    public void learn(String expression) {
        inferred.learn(expression);
    }

    FieldTable.Builder slots() {
        return slots;
    }

    boolean knows(List<String> path) {
        return declared.map(fields -> fields.containsKey(String.join(".", path))
                        || path.size() > 1 && isObject(fields.get(path.get(0))))
                .orElse(true);
    }

    private static boolean isObject(@org.jspecify.annotations.Nullable FieldDeclaration declaration) {
        return declaration != null && (declaration.type() == FieldType.OBJECT || declaration.type() == FieldType.ANY);
    }

    FieldDeclaration declaration(Name.OfField field) {
        return declared.map(fields -> fields.get(String.join(".", field.path())))
                .orElse(FieldDeclaration.OPEN);
    }

    Kind kind(Name.OfField field) {
        FieldType type = declaration(field).type();
        return type == FieldType.ANY ? inferred.kind(field.path()) : Kind.of(type);
    }

    /** What a misspelt name may have meant. */
    Set<String> names() {
        Set<String> names = new TreeSet<>();
        declared.ifPresent(fields -> names.addAll(new TreeMap<>(fields).keySet()));
        return names;
    }
}
