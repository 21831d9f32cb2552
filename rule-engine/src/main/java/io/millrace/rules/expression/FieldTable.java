package io.millrace.rules.expression;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is kept of each device for the rules of a set: the telemetry fields that any of them names, in slot order, and their histories. Immutable; as old as its rule set. */
public final class FieldTable {

    private final List<Field> fields;
    private final HistoryTable histories;

    private FieldTable(List<Field> fields, HistoryTable histories) {
        this.fields = List.copyOf(fields);
        this.histories = histories;
    }

    public HistoryTable histories() {
        return histories;
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
        private final HistoryTable.Builder histories = new HistoryTable.Builder();

        public HistoryTable.Builder histories() {
            return histories;
        }

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
            return new FieldTable(bySlot, histories.build());
        }
    }
}
