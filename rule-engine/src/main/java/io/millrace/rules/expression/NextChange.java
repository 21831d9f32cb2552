package io.millrace.rules.expression;

import java.util.List;

/** When time alone, without a message, will change what an expression says: {@code age(x) > 300} does 300 s after x came. */
@FunctionalInterface
public interface NextChange {

    /** As a moment: there is none. */
    long NONE = Long.MAX_VALUE;

    NextChange NEVER = (frame, after) -> NONE;

    /** The first such moment later than {@code after}, by what is known now; epoch milliseconds. No allocation. */
    long next(Frame frame, long after);

    static NextChange firstOf(List<NextChange> changes) {
        if (changes.size() <= 1) {
            return changes.isEmpty() ? NEVER : changes.get(0);
        }
        NextChange[] all = changes.toArray(NextChange[]::new);
        return (frame, after) -> {
            long first = NONE;
            for (NextChange change : all) {
                first = Math.min(first, change.next(frame, after));
            }
            return first;
        };
    }
}
