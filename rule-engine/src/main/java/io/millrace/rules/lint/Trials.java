package io.millrace.rules.lint;

import io.millrace.rules.expression.Claim;
import io.millrace.rules.expression.FieldDeclaration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Values of fields that stand for all others: between two neighbouring constants with which a field is compared, one number is as
 * good as another. What holds for every combination of them holds always, within the declared ranges.
 */
final class Trials {

    private static final int MOST = 20_000;

    private final List<String> fields;
    private final List<List<Object>> values;

    private Trials(Map<String, List<Object>> byField) {
        fields = List.copyOf(byField.keySet());
        values = List.copyOf(byField.values());
    }

    /** Empty if there are too many to try, or if a field is compared with things of different types. */
    static Optional<Trials> of(Collection<Claim> claims) {
        Map<String, Candidates> found = new TreeMap<>();
        claims.forEach(claim -> claim.visit(comparison -> found.computeIfAbsent(
                        comparison.field(), field -> new Candidates(comparison.declaration()))
                .constants
                .add(comparison.constant())));
        Map<String, List<Object>> values = new TreeMap<>();
        long count = 1;
        for (Map.Entry<String, Candidates> field : found.entrySet()) {
            List<Object> some = field.getValue().values();
            values.put(field.getKey(), some);
            count = Math.min(MOST + 1, count * some.size());
        }
        return count == 0 || count > MOST ? Optional.empty() : Optional.of(new Trials(values));
    }

    /** The first combination for which it is true. */
    Optional<Map<String, Object>> find(Predicate<Map<String, Object>> test) {
        Map<String, Object> chosen = new HashMap<>();
        return search(0, chosen, test) ? Optional.of(new TreeMap<>(chosen)) : Optional.empty();
    }

    private boolean search(int at, Map<String, Object> chosen, Predicate<Map<String, Object>> test) {
        if (at == fields.size()) {
            return test.test(chosen);
        }
        for (Object value : values.get(at)) {
            chosen.put(fields.get(at), value);
            if (search(at + 1, chosen, test)) {
                return true;
            }
        }
        return false;
    }

    /** What one field is compared with. */
    private static final class Candidates {
        final FieldDeclaration declaration;
        final List<Object> constants = new ArrayList<>();

        Candidates(FieldDeclaration declaration) {
            this.declaration = declaration;
        }

        /** Empty if the constants are of different types. */
        List<Object> values() {
            if (constants.stream().allMatch(Boolean.class::isInstance)) {
                return List.of(false, true);
            }
            if (constants.stream().allMatch(Double.class::isInstance)) {
                return numbers();
            }
            return constants.stream().allMatch(String.class::isInstance) ? texts() : List.of();
        }

        private List<Object> texts() {
            if (!declaration.values().isEmpty()) {
                return List.copyOf(declaration.values());
            }
            TreeSet<String> texts = new TreeSet<>();
            constants.forEach(constant -> texts.add((String) constant));
            List<Object> all = new ArrayList<>(texts);
            String other = "other";
            while (texts.contains(other)) {
                other += "'";
            }
            all.add(other);
            return all;
        }

        private List<Object> numbers() {
            double min = Double.isNaN(declaration.min()) ? -Double.MAX_VALUE : declaration.min();
            double max = Double.isNaN(declaration.max()) ? Double.MAX_VALUE : declaration.max();
            TreeSet<Double> limits = new TreeSet<>();
            constants.forEach(constant -> limits.add((Double) constant));
            List<Double> points = new ArrayList<>();
            double before = Double.NEGATIVE_INFINITY;
            for (double limit : limits) {
                points.add(between(before, limit, min, max));
                points.add(limit);
                before = limit;
            }
            points.add(between(before, Double.POSITIVE_INFINITY, min, max));
            return points.stream()
                    .filter(point -> point >= min && point <= max)
                    .<Object>map(point -> point)
                    .toList();
        }

        /** A number between two limits that people would choose, NaN if the range has none there. */
        private static double between(double low, double high, double min, double max) {
            double from = Math.max(low, min);
            double to = Math.min(high, max);
            double chosen = low == Double.NEGATIVE_INFINITY ? high - 1 : low + 1;
            if (chosen > low && chosen < high && chosen >= min && chosen <= max) {
                return chosen;
            }
            double middle = from / 2 + to / 2;
            if (middle > low && middle < high) {
                return middle;
            }
            return from > low && from < high ? from : Double.NaN;
        }
    }
}
