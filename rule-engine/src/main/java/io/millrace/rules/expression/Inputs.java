package io.millrace.rules.expression;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What an expression reads, so that the engine can leave it alone when nothing of that changed.
 *
 * @param fields telemetry fields
 * @param device labels or attributes of the registry
 * @param time {@code now} or another function of it, or a history: the result may change although no value does
 * @param histories slots of the {@link HistoryTable}
 * @param compared of the fields those with which it does nothing but compare them with constants, and these: as long as none of
 *     the constants is crossed the result is the same
 */
public record Inputs(
        Slots fields, boolean device, boolean time, Slots histories, Map<Integer, SortedSet<Double>> compared) {

    public static final Inputs NONE = new Inputs(Slots.NONE, false, false, Slots.NONE, Map.of());

    public Inputs {
        compared = Map.copyOf(compared);
    }

    /** The constants with which it compares that field; none if it reads it in another way too. */
    public SortedSet<Double> constants(int slot) {
        return compared.getOrDefault(slot, Collections.emptySortedSet());
    }

    /** The same, of which it is known what it does with its fields. */
    public Inputs comparing(Map<Integer, SortedSet<Double>> constants) {
        return new Inputs(fields, device, time, histories, constants);
    }

    public Inputs and(Inputs other) {
        Map<Integer, SortedSet<Double>> both = new HashMap<>();
        addTo(both, other);
        other.addTo(both, this);
        return new Inputs(
                fields.union(other.fields),
                device || other.device,
                time || other.time,
                histories.union(other.histories),
                both);
    }

    /** Adds the constants of those fields that the other does not read in another way. */
    private void addTo(Map<Integer, SortedSet<Double>> all, Inputs other) {
        compared.forEach((slot, constants) -> {
            if (!other.fields.contains(slot) || other.compared.containsKey(slot)) {
                all.computeIfAbsent(slot, key -> new TreeSet<>()).addAll(constants);
            }
        });
    }
}
