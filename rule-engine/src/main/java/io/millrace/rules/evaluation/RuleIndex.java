package io.millrace.rules.evaluation;

import io.millrace.rules.expression.FieldValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Which rules of a plan a reading concerns, so that the others cost nothing: those that look at every message with one of their
 * fields, those that read a field of which the value is another, and, of rules that do nothing with a field but compare it with
 * constants, those of which a constant lies between the old value and the new one. Who is left out would find what it found
 * before. Immutable.
 */
final class RuleIndex {

    private static final int[] NOBODY = {};

    /** By slot: that look at every message with the field. */
    private final int[][] carried;
    /** By slot: that look when its value is another. */
    private final int[][] changed;
    /** By slot: that look when its value crosses a constant. */
    private final @Nullable Thresholds[] crossed;
    /** That read no field but the time. */
    final int[] everyMessage;

    RuleIndex(List<ActiveRule> rules, int slots) {
        List<List<Integer>> always = lists(slots);
        List<List<Integer>> other = lists(slots);
        Thresholds.Builder[] limits = new Thresholds.Builder[slots];
        List<Integer> every = new ArrayList<>();
        for (int place = 0; place < rules.size(); place++) {
            ActiveRule rule = rules.get(place);
            if (rule.everyMessage) {
                every.add(place);
            }
            for (int slot : rule.slots) {
                SortedSet<Double> constants = rule.rule.inputs().constants(slot);
                if (rule.always) {
                    always.get(slot).add(place);
                } else if (constants.isEmpty()) {
                    other.get(slot).add(place);
                } else {
                    if (limits[slot] == null) {
                        limits[slot] = new Thresholds.Builder();
                    }
                    limits[slot].add(constants, place);
                }
            }
        }
        carried = arrays(always);
        changed = arrays(other);
        crossed = Arrays.stream(limits)
                .map(limit -> limit == null ? null : limit.build())
                .toArray(Thresholds[]::new);
        everyMessage = array(every);
    }

    private static List<List<Integer>> lists(int count) {
        List<List<Integer>> lists = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lists.add(new ArrayList<>());
        }
        return lists;
    }

    private static int[][] arrays(List<List<Integer>> lists) {
        return lists.stream().map(RuleIndex::array).toArray(int[][]::new);
    }

    private static int[] array(List<Integer> list) {
        return list.isEmpty()
                ? NOBODY
                : list.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The message carries the field, whatever it says. */
    void carried(int slot, Places concerned) {
        concerned.add(carried[slot]);
    }

    /** The field has another value than {@code before}, which may be null: there was none that still counted. */
    void changed(int slot, @Nullable FieldValues before, FieldValues after, Places concerned) {
        concerned.add(changed[slot]);
        Thresholds thresholds = crossed[slot];
        if (thresholds != null) {
            thresholds.between(before == null ? Double.NaN : before.number(slot), after.number(slot), concerned);
        }
    }
}
