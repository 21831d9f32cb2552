package io.millrace.rules.expression;

import io.millrace.rules.history.HistoryKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every history that any rule of the set reads, in slot order: one that reads another comes after it. Immutable. */
public final class HistoryTable {

    private final List<HistoryDefinition> histories;

    private HistoryTable(List<HistoryDefinition> histories) {
        this.histories = List.copyOf(histories);
    }

    public List<HistoryDefinition> histories() {
        return histories;
    }

    public int size() {
        return histories.size();
    }

    public HistoryDefinition at(int slot) {
        return histories.get(slot);
    }

    /** Gives out slots while a rule set is compiled; what two rules remember alike is one history. */
    public static final class Builder {

        private final Map<String, Integer> known = new HashMap<>();
        private final List<HistoryDefinition> bySlot = new ArrayList<>();

        /** The slot of that history. */
        public int slot(HistoryKind kind, long size, String what, HistoryDefinition.Sample sample, Slots fields) {
            String key = kind.number() + " " + size + " " + what;
            return known.computeIfAbsent(key, unknown -> {
                bySlot.add(new HistoryDefinition(key, kind, size, what, sample, fields, bySlot.size(), 0));
                return bySlot.size() - 1;
            });
        }

        public HistoryDefinition at(int slot) {
            return bySlot.get(slot);
        }

        /** A rule with that {@code stale_after}, in milliseconds, reads them. */
        public void readBy(Slots slots, long staleAfter) {
            for (int slot : slots.toArray()) {
                HistoryDefinition one = bySlot.get(slot);
                if (one.staleAfter() < staleAfter) {
                    bySlot.set(
                            slot,
                            new HistoryDefinition(
                                    one.key(),
                                    one.kind(),
                                    one.size(),
                                    one.what(),
                                    one.sample(),
                                    one.fields(),
                                    slot,
                                    staleAfter));
                }
            }
        }

        HistoryTable build() {
            return new HistoryTable(bySlot);
        }
    }
}
