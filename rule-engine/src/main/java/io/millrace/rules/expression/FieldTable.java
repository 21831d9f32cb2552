package io.millrace.rules.expression;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every telemetry field that any rule of the set names, in slot order. Immutable; as old as its rule set. */
public final class FieldTable {

    private final List<Field> fields;

    private FieldTable(List<Field> fields) {
        this.fields = List.copyOf(fields);
    }

    public int size() {
        return fields.size();
    }

    /** In slot order. Several fields may have the same path, see {@link Field}. */
    public List<Field> fields() {
        return fields;
    }

    /** Gives out slots while a rule set is compiled. */
    public static final class Builder {

        private final Map<Map.Entry<List<String>, FieldDeclaration>, Field> known = new HashMap<>();

        private final List<Field> bySlot = new ArrayList<>();

        public Field field(String name, List<String> path, FieldDeclaration declaration) {
            return known.computeIfAbsent(Map.entry(List.copyOf(path), declaration), key -> {
                Field field = new Field(name, key.getKey(), declaration, bySlot.size());
                bySlot.add(field);
                return field;
            });
        }

        /** The field that has that slot. */
        public Field at(int slot) {
            return bySlot.get(slot);
        }

        public FieldTable build() {
            return new FieldTable(bySlot);
        }
    }
}
