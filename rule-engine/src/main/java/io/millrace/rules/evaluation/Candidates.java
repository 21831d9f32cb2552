package io.millrace.rules.evaluation;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Claim;
import io.millrace.rules.expression.Claim.Relation;
import io.millrace.rules.expression.FieldValues;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rules that something may have made true, by their places; of each, if its condition has one, another comparison that must hold for
 * it to be true, which is cheaper to look at than the rule. Immutable.
 */
final class Candidates {

    /**
     * One of them.
     *
     * @param companion null if nothing simple is known that must hold too
     */
    record Candidate(int place, Claim.@Nullable Comparison companion) {}

    private static final int NONE = -1;

    private final int[] places;
    /** Of the companion's field. */
    private final int[] slots;

    private final Relation[] relations;
    /** NaN: the companion is a flag. */
    private final double[] constants;

    private final byte[] flags;

    Candidates(List<Candidate> candidates) {
        int size = candidates.size();
        places = new int[size];
        slots = new int[size];
        relations = new Relation[size];
        constants = new double[size];
        flags = new byte[size];
        for (int i = 0; i < size; i++) {
            places[i] = candidates.get(i).place;
            Claim.Comparison companion = candidates.get(i).companion;
            slots[i] = companion == null ? NONE : companion.slot();
            relations[i] = companion == null ? Relation.EQUAL : companion.relation();
            constants[i] = companion != null && companion.constant() instanceof Double number ? number : Double.NaN;
            flags[i] = companion != null && companion.constant() instanceof Boolean flag
                    ? (byte) BooleanExpression.of(flag == (relations[i] == Relation.EQUAL))
                    : BooleanExpression.UNKNOWN_FLAG;
        }
    }

    int size() {
        return places.length;
    }

    /** Adds those of them that may be true by these values. No allocation. */
    void addTo(Places concerned, int from, int to, FieldValues values) {
        for (int i = from; i < to; i++) {
            if (slots[i] == NONE || companionHolds(i, values)) {
                concerned.add(places[i]);
            }
        }
    }

    void addTo(Places concerned, FieldValues values) {
        addTo(concerned, 0, places.length, values);
    }

    private boolean companionHolds(int i, FieldValues values) {
        double constant = constants[i];
        if (Double.isNaN(constant)) {
            return values.flag(slots[i]) == flags[i];
        }
        double value = values.number(slots[i]);
        return switch (relations[i]) {
            case MORE -> value > constant;
            case AT_LEAST -> value >= constant;
            case LESS -> value < constant;
            case AT_MOST -> value <= constant;
            case EQUAL -> value == constant;
            case UNEQUAL -> value != constant;
        };
    }
}
