package io.millrace.rules.evaluation;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The constants with which rules compare one field, in order, each with the places of its rules. Where a value lies is told in half
 * steps: 2i below the i-th constant and above the one before it, 2i + 1 at the constant itself. Immutable.
 */
final class Thresholds {

    private final double[] constants;
    /** The places of constant i stand from {@code starts[i]} to {@code starts[i + 1]}. */
    private final int[] starts;

    private final int[] places;
    /** All of them, each once. */
    private final int[] everybody;

    private Thresholds(SortedMap<Double, SortedSet<Integer>> rules) {
        constants = rules.keySet().stream().mapToDouble(Double::doubleValue).toArray();
        starts = new int[constants.length + 1];
        places = rules.values().stream()
                .flatMapToInt(list -> list.stream().mapToInt(Integer::intValue))
                .toArray();
        int i = 0;
        for (SortedSet<Integer> list : rules.values()) {
            starts[i + 1] = starts[i] + list.size();
            i++;
        }
        everybody = Arrays.stream(places).sorted().distinct().toArray();
    }

    /** Adds the rules that may say otherwise of one value than of the other; NaN stands for none. No allocation. */
    void between(double before, double after, Places concerned) {
        if (Double.isNaN(before) || Double.isNaN(after)) {
            if (Double.isNaN(before) != Double.isNaN(after)) {
                concerned.add(everybody);
            }
            return;
        }
        int from = halfSteps(Math.min(before, after));
        int to = halfSteps(Math.max(before, after));
        if (from != to) {
            concerned.add(places, starts[from >> 1], starts[to + 1 >> 1]);
        }
    }

    private int halfSteps(double value) {
        int from = 0;
        int to = constants.length;
        while (from < to) {
            int middle = from + to >>> 1;
            if (constants[middle] < value) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from < constants.length && constants[from] == value ? 2 * from + 1 : 2 * from;
    }

    /** Collects what the rules say. */
    static final class Builder {

        private final SortedMap<Double, SortedSet<Integer>> rules = new TreeMap<>();

        void add(SortedSet<Double> constants, int place) {
            constants.forEach(constant ->
                    rules.computeIfAbsent(constant, key -> new TreeSet<>()).add(place));
        }

        Thresholds build() {
            return new Thresholds(rules);
        }
    }
}
