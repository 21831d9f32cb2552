package io.millrace.rules.evaluation;

import io.millrace.rules.evaluation.Candidates.Candidate;
import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Claim;
import io.millrace.rules.expression.Claim.Relation;
import io.millrace.rules.expression.FieldValues;
import io.millrace.rules.expression.Slots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which of a plan's rules of which nothing is remembered a reading may make true; the others cost nothing. Those are rules that look
 * at every message with one of their fields, rules that read a field in ways of which nothing is known, when its value is another,
 * and rules that compare a field with a constant, when that comparison comes to hold. Who is left out would find that its condition
 * is not true, as before. Immutable.
 */
final class RuleIndex {

    /** What a change of one field means. */
    private record OfField(
            int[] carried, Candidates changed, Candidates raised, Candidates lowered, Thresholds[] thresholds) {}

    private final OfField[] fields;
    /** That read no field but the time. */
    final int[] everyMessage;
    /** That read no field. */
    private final int[] fieldless;

    RuleIndex(List<ActiveRule> rules, int slots) {
        Builder[] builders = new Builder[slots];
        Arrays.setAll(builders, slot -> new Builder());
        List<Integer> every = new ArrayList<>();
        for (int place = 0; place < rules.size(); place++) {
            ActiveRule rule = rules.get(place);
            if (rule.everyMessage) {
                every.add(place);
            }
            new Registration(place, builders).of(rule);
        }
        fields = Arrays.stream(builders).map(Builder::build).toArray(OfField[]::new);
        everyMessage = every.stream().mapToInt(Integer::intValue).toArray();
        fieldless = IntStream.range(0, rules.size())
                .filter(place -> rules.get(place).slots.length == 0)
                .toArray();
    }

    /** Whoever may be true by these values, if nobody has looked at them before. */
    void unseen(FieldValues values, Places concerned) {
        concerned.add(fieldless);
        for (int slot = 0; slot < fields.length; slot++) {
            concerned.add(fields[slot].carried);
            changed(slot, Double.NaN, BooleanExpression.UNKNOWN, values, concerned);
        }
    }

    /** The message carries these fields, whatever it says. @param slots bit s & 63 of word s >> 6 */
    void carried(long[] slots, Places concerned) {
        for (int word = 0; word < slots.length; word++) {
            for (long bits = slots[word]; bits != 0; bits &= bits - 1) {
                concerned.add(fields[(word << 6) + Long.numberOfTrailingZeros(bits)].carried);
            }
        }
    }

    /**
     * Fields have other values than before.
     *
     * @param slots bit s & 63 of word s >> 6
     * @param numbers by slot, those before; NaN where there was none that still counted
     * @param flags by slot, those before; 2 where there was none that still counted
     * @param values of the device, all that the message brought among them
     */
    void changed(long[] slots, double[] numbers, byte[] flags, FieldValues values, Places concerned) {
        for (int word = 0; word < slots.length; word++) {
            for (long bits = slots[word]; bits != 0; bits &= bits - 1) {
                int slot = (word << 6) + Long.numberOfTrailingZeros(bits);
                changed(slot, numbers[slot], flags[slot], values, concerned);
            }
        }
    }

    private void changed(int slot, double number, int flag, FieldValues values, Places concerned) {
        OfField field = fields[slot];
        field.changed.addTo(concerned, values);
        int now = values.flag(slot);
        if (now != flag && now != BooleanExpression.UNKNOWN) {
            (now == BooleanExpression.TRUE ? field.raised : field.lowered).addTo(concerned, values);
        }
        for (Thresholds thresholds : field.thresholds) {
            thresholds.crossed(number, values.number(slot), values, concerned);
        }
    }

    private static final class Builder {
        final List<Integer> carried = new ArrayList<>();
        final List<Candidate> changed = new ArrayList<>();
        final List<Candidate> raised = new ArrayList<>();
        final List<Candidate> lowered = new ArrayList<>();
        final Map<Relation, SortedMap<Double, List<Candidate>>> thresholds = new EnumMap<>(Relation.class);

        OfField build() {
            return new OfField(
                    carried.stream().mapToInt(Integer::intValue).toArray(),
                    new Candidates(changed),
                    new Candidates(raised),
                    new Candidates(lowered),
                    thresholds.entrySet().stream()
                            .map(entry -> new Thresholds(entry.getKey(), entry.getValue()))
                            .toArray(Thresholds[]::new));
        }
    }

    /** Enters one rule under the fields that it reads. */
    private record Registration(int place, Builder[] builders) {

        void of(ActiveRule rule) {
            List<Claim> claims = rule.rule.trigger().claims();
            Slots known = claims.stream().map(Claim::fields).reduce(Slots.NONE, Slots::union);
            for (int slot : rule.slots) {
                if (rule.always) {
                    builders[slot].carried.add(place);
                } else if (!rule.plain || !known.contains(slot)) {
                    builders[slot].changed.add(new Candidate(place, null));
                }
            }
            if (rule.plain && !rule.always) {
                claims.forEach(claim -> enter(claim, true, null));
            }
        }

        /** @param companion what must hold beside it */
        private void enter(Claim claim, boolean wanted, Claim.@Nullable Comparison companion) {
            if (claim instanceof Claim.Not not) {
                enter(not.part(), !wanted, companion);
            } else if (claim instanceof Claim.Junction junction) {
                for (Claim part : junction.parts()) {
                    boolean together = junction.all() == wanted;
                    Claim.Comparison other = together ? other(junction, part, wanted) : null;
                    enter(part, wanted, other == null ? companion : other);
                }
            } else if (claim instanceof Claim.Comparison comparison) {
                enter(wanted ? comparison : comparison.negated(), companion);
            } else {
                for (int slot : claim.fields().toArray()) {
                    builders[slot].changed.add(new Candidate(place, companion));
                }
            }
        }

        private void enter(Claim.Comparison comparison, Claim.@Nullable Comparison companion) {
            Builder builder = builders[comparison.slot()];
            Candidate candidate = new Candidate(place, companion);
            if (comparison.constant() instanceof Double constant) {
                builder.thresholds
                        .computeIfAbsent(comparison.relation(), key -> Thresholds.empty())
                        .computeIfAbsent(constant, key -> new ArrayList<>())
                        .add(candidate);
            } else if (comparison.constant() instanceof Boolean flag) {
                boolean raised = flag == (comparison.relation() == Relation.EQUAL);
                (raised ? builder.raised : builder.lowered).add(candidate);
            } else {
                builder.changed.add(candidate);
            }
        }

        /** Of what must hold together with that part: a comparison with a number, else with a flag. */
        private static Claim.@Nullable Comparison other(Claim.Junction junction, Claim part, boolean wanted) {
            Claim.Comparison found = null;
            for (Claim other : junction.parts()) {
                boolean negated = other instanceof Claim.Not;
                Claim inner = other instanceof Claim.Not not ? not.part() : other;
                if (other == part
                        || !(inner instanceof Claim.Comparison comparison)
                        || comparison.constant() instanceof String) {
                    continue;
                }
                Claim.Comparison holding = negated == wanted ? comparison.negated() : comparison;
                if (comparison.constant() instanceof Double) {
                    return holding;
                }
                found = holding;
            }
            return found;
        }
    }
}
