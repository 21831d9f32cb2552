package io.millrace.rules.evaluation;

import io.millrace.rules.evaluation.Candidates.Candidate;
import io.millrace.rules.expression.Claim.Relation;
import io.millrace.rules.expression.FieldValues;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The constants to which rules put one field in one relation, in order, with the rules. Immutable. */
final class Thresholds {

    private final Relation relation;
    private final double[] constants;
    /** The candidates of constant i stand from {@code starts[i]} to {@code starts[i + 1]}. */
    private final int[] starts;

    private final Candidates candidates;

    Thresholds(Relation relation, SortedMap<Double, List<Candidate>> rules) {
        this.relation = relation;
        constants = rules.keySet().stream().mapToDouble(Double::doubleValue).toArray();
        starts = new int[constants.length + 1];
        List<Candidate> all = new ArrayList<>();
        int i = 0;
        for (List<Candidate> some : rules.values()) {
            all.addAll(some);
            starts[++i] = all.size();
        }
        candidates = new Candidates(all);
    }

    static SortedMap<Double, List<Candidate>> empty() {
        return new TreeMap<>();
    }

    /**
     * Adds the rules whose relation holds after the change and did not before it.
     *
     * @param before NaN if there was no value that still counted, or no number
     * @param values after the change
     */
    void crossed(double before, double after, FieldValues values, Places concerned) {
        if (Double.isNaN(after) || before == after) {
            return;
        }
        boolean none = Double.isNaN(before);
        switch (relation) {
            case MORE -> add(none ? 0 : below(before), below(after), values, concerned);
            case AT_LEAST -> add(none ? 0 : upTo(before), upTo(after), values, concerned);
            case LESS -> add(upTo(after), none ? constants.length : upTo(before), values, concerned);
            case AT_MOST -> add(below(after), none ? constants.length : below(before), values, concerned);
            case EQUAL -> add(below(after), upTo(after), values, concerned);
            case UNEQUAL -> {
                if (none) {
                    add(0, below(after), values, concerned);
                    add(upTo(after), constants.length, values, concerned);
                } else {
                    add(below(before), upTo(before), values, concerned);
                }
            }
        }
    }

    private void add(int from, int to, FieldValues values, Places concerned) {
        if (from < to) {
            candidates.addTo(concerned, starts[from], starts[to], values);
        }
    }

    /** How many constants are less than that. */
    private int below(double value) {
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
        return from;
    }

    /** How many constants are not more than that. */
    private int upTo(double value) {
        int at = below(value);
        return at < constants.length && constants[at] == value ? at + 1 : at;
    }
}
