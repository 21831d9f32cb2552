package io.millrace.rules.expression;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where an expression can fail: come to nothing although all that it needs is there. Asked only when a result is unknown, with the
 * frame as it was; allocates nothing. There is none for expressions in which values can be missing but nothing can fail.
 */
public sealed interface Fault {

    /** The operation that has failed; null if none has. What logic has guarded against ({@code b != 0 && a / b > 2}) has not. */
    @Nullable
    Operation find(Frame frame);

    /** An operation: fails if it has all its operands and no result, like a division by zero. */
    record Operation(
            String text,
            String function,
            BooleanExpression present,
            List<BooleanExpression> needs,
            List<ValueExpression> operands,
            Any inner)
            implements Fault {

        public Operation {
            needs = List.copyOf(needs);
            operands = List.copyOf(operands);
        }

        @Override
        public @Nullable Operation find(Frame frame) {
            if (present.test(frame) == BooleanExpression.TRUE) {
                return null;
            }
            Operation deeper = inner.first(frame);
            if (deeper != null) {
                return deeper;
            }
            for (int i = 0; i < needs.size(); i++) {
                if (needs.get(i).test(frame) != BooleanExpression.TRUE) {
                    return null;
                }
            }
            return this;
        }

        /** What stood in its places: {@code 31 / 0}. */
        public String shown(Frame frame) {
            List<String> values = operands.stream()
                    .map(operand -> ConditionPart.written(operand, frame))
                    .toList();
            return values.size() == 2 && function.startsWith("_")
                    ? values.get(0) + " " + function.replace("_", "") + " " + values.get(1)
                    : values.stream().collect(Collectors.joining(", ", function.replace("_", "") + "(", ")"));
        }
    }

    /** Fails with the first of its parts that has failed: logic, and functions that are missing of themselves now and then. */
    record Any(BooleanExpression present, List<Fault> parts) implements Fault {

        public Any {
            parts = List.copyOf(parts);
        }

        @Override
        public @Nullable Operation find(Frame frame) {
            return present.test(frame) == BooleanExpression.TRUE ? null : first(frame);
        }

        @Nullable
        Operation first(Frame frame) {
            for (int i = 0; i < parts.size(); i++) {
                Operation found = parts.get(i).find(frame);
                if (found != null) {
                    return found;
                }
            }
            return null;
        }
    }

    /** {@code a ? b : c}: what is not chosen does not fail. */
    record Choice(BooleanExpression present, BooleanExpression condition, Fault test, Fault yes, Fault no)
            implements Fault {

        @Override
        public @Nullable Operation find(Frame frame) {
            if (present.test(frame) == BooleanExpression.TRUE) {
                return null;
            }
            return switch (condition.test(frame)) {
                case BooleanExpression.TRUE -> yes.find(frame);
                case BooleanExpression.FALSE -> no.find(frame);
                default -> test.find(frame);
            };
        }
    }
}
