package io.millrace.rules.expression;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a condition says, as far as it is made of comparisons of fields with constants: a form that can be reasoned about before
 * there is any telemetry. Values are Double, Boolean or String.
 */
public sealed interface Claim {

    /** Nothing that could be reasoned about. */
    Claim OPAQUE = new Opaque(Slots.NONE);

    /**
     * Whether it holds, as {@link BooleanExpression} says it; a part without a value is unknown.
     *
     * @param values by the name of a field
     */
    int test(Map<String, Object> values);

    /** Shows all its comparisons. */
    void visit(Consumer<Comparison> visitor);

    /** Those it reads. */
    Slots fields();

    /** How two values are compared. */
    enum Relation {
        EQUAL,
        UNEQUAL,
        LESS,
        AT_MOST,
        MORE,
        AT_LEAST;

        /** The same with its sides exchanged: 3 &lt; x for x &gt; 3. */
        public Relation mirrored() {
            return switch (this) {
                case LESS -> MORE;
                case AT_MOST -> AT_LEAST;
                case MORE -> LESS;
                case AT_LEAST -> AT_MOST;
                default -> this;
            };
        }

        /** What holds where this does not: at most 3 for more than 3. */
        public Relation negated() {
            return switch (this) {
                case EQUAL -> UNEQUAL;
                case UNEQUAL -> EQUAL;
                case LESS -> AT_LEAST;
                case AT_MOST -> MORE;
                case MORE -> AT_MOST;
                case AT_LEAST -> LESS;
            };
        }

        boolean holds(Object left, Object right) {
            if (this == EQUAL || this == UNEQUAL) {
                return left.equals(right) == (this == EQUAL);
            }
            int sign = Double.compare((Double) left, (Double) right);
            return switch (this) {
                case LESS -> sign < 0;
                case AT_MOST -> sign <= 0;
                case MORE -> sign > 0;
                default -> sign >= 0;
            };
        }
    }

    /**
     * A field against a constant. Texts are compared for equality only.
     *
     * @param slot of the field
     */
    record Comparison(String field, FieldDeclaration declaration, int slot, Relation relation, Object constant)
            implements Claim {

        @Override
        public int test(Map<String, Object> values) {
            Object value = values.get(field);
            return value == null || value.getClass() != constant.getClass()
                    ? BooleanExpression.UNKNOWN
                    : BooleanExpression.of(relation.holds(value, constant));
        }

        @Override
        public void visit(Consumer<Comparison> visitor) {
            visitor.accept(this);
        }

        @Override
        public Slots fields() {
            return Slots.of(slot);
        }

        /** What holds where this does not, of a field that has a value. */
        public Comparison negated() {
            return new Comparison(field, declaration, slot, relation.negated(), constant);
        }
    }

    /** All of them, or at least one of them. */
    record Junction(boolean all, List<Claim> parts) implements Claim {

        public Junction {
            parts = List.copyOf(parts);
        }

        @Override
        public int test(Map<String, Object> values) {
            int decided = BooleanExpression.of(!all);
            int result = BooleanExpression.of(all);
            for (Claim part : parts) {
                int one = part.test(values);
                if (one == decided) {
                    return decided;
                }
                result = one == BooleanExpression.UNKNOWN ? one : result;
            }
            return result;
        }

        @Override
        public void visit(Consumer<Comparison> visitor) {
            parts.forEach(part -> part.visit(visitor));
        }

        @Override
        public Slots fields() {
            return parts.stream().map(Claim::fields).reduce(Slots.NONE, Slots::union);
        }
    }

    record Not(Claim part) implements Claim {

        @Override
        public int test(Map<String, Object> values) {
            int result = part.test(values);
            return result == BooleanExpression.UNKNOWN
                    ? result
                    : BooleanExpression.of(result == BooleanExpression.FALSE);
        }

        @Override
        public void visit(Consumer<Comparison> visitor) {
            part.visit(visitor);
        }

        @Override
        public Slots fields() {
            return part.fields();
        }
    }

    /** Anything else. @param fields that it reads */
    record Opaque(Slots fields) implements Claim {

        @Override
        public int test(Map<String, Object> values) {
            return BooleanExpression.UNKNOWN;
        }

        @Override
        public void visit(Consumer<Comparison> visitor) {}
    }
}
