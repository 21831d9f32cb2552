package io.millrace.rules.evaluation;

import io.millrace.rules.expression.FieldTable;
import io.millrace.rules.expression.HistoryDefinition;
import io.millrace.rules.expression.NextChange;
import io.millrace.rules.expression.Slots;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The rules of a device in the order of evaluation, and which of them are to be asked when; shared by all devices with the same
 * rules. A rule's place is its index in here. Of its task's thread, lives as long as the rule set.
 */
final class Plan {

    static final Plan NONE = new Plan(List.of(), new FieldTable.Builder().build());

    private static final int[] NOBODY = {};

    private final ActiveRule[] rules;
    /** That follow it. */
    int devices;
    /** Places of the rules that act on the same thing, the best first. */
    private final Map<String, int[]> rivals = new HashMap<>();
    /** What some of them want may have to wait for something to end. */
    final boolean hushed;
    /** Places of the rules on which time alone can work though nothing is remembered of them. */
    final int[] timely;
    /** Some rule must be looked at at a time of day. */
    final boolean timed;
    /** Shortest {@code stale_after}. */
    final long minStale;
    /** Shortest {@code absent_for}; 0 if none looks at silence. */
    final long minAbsent;
    /** What these rules remember; one that reads another comes after it. */
    final HistoryDefinition[] histories;
    /** Which of them a reading concerns. */
    final RuleIndex index;

    Plan(List<ActiveRule> list, FieldTable fields) {
        rules = list.toArray(ActiveRule[]::new);
        hushed = list.stream().anyMatch(ActiveRule::canBeHushed);
        timely = places(rule -> !rule.plain || rule.nextChange != NextChange.NEVER);
        timed = list.stream().anyMatch(rule -> rule.times != null);
        Slots slots = list.stream().map(rule -> rule.rule.histories()).reduce(Slots.NONE, Slots::union);
        histories =
                Arrays.stream(slots.toArray()).mapToObj(fields.histories()::at).toArray(HistoryDefinition[]::new);
        minStale = list.stream().mapToLong(rule -> rule.staleAfter).min().orElse(Evaluator.FORGOTTEN_AFTER);
        minAbsent = list.stream()
                .mapToLong(rule -> rule.absentFor)
                .filter(millis -> millis > 0)
                .min()
                .orElse(0);
        list.stream()
                .flatMap(rule -> rule.rule.conduct().target().stream())
                .distinct()
                .forEach(target -> rivals.put(target, rivals(list, target)));
        index = new RuleIndex(list, fields.size());
    }

    private int[] places(Predicate<ActiveRule> which) {
        return IntStream.range(0, rules.length)
                .filter(i -> which.test(rules[i]))
                .toArray();
    }

    private static int[] rivals(List<ActiveRule> list, String target) {
        return IntStream.range(0, list.size())
                .filter(i -> target.equals(list.get(i).target))
                .boxed()
                .sorted((a, b) -> list.get(a).outranks(list.get(b)) ? -1 : 1)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    int[] rivals(String target) {
        return rivals.getOrDefault(target, NOBODY);
    }

    int size() {
        return rules.length;
    }

    ActiveRule rule(int place) {
        return rules[place];
    }

    /** The place of a rule of the same set; negative if it is not for these devices. */
    int indexOf(ActiveRule rule) {
        int from = 0;
        int to = rules.length - 1;
        while (from <= to) {
            int middle = from + to >>> 1;
            int difference = Integer.compare(rules[middle].index, rule.index);
            if (difference == 0) {
                return middle;
            }
            if (difference < 0) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        return -1;
    }
}
