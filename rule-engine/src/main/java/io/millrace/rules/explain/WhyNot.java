package io.millrace.rules.explain;

import io.millrace.rules.evaluation.Explanation;
import io.millrace.rules.expression.BooleanExpression;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** For how much of the time each piece of a rule's conditions was false or unknown: what was so holds until the next reading. */
public final class WhyNot {

    /** One piece; milliseconds. */
    public static final class Piece {
        private long isTrue;
        private long isFalse;
        private long unknown;
        private String last = "";

        private void add(long millis, int result, String shown) {
            if (result == BooleanExpression.TRUE) {
                isTrue += millis;
            } else if (result == BooleanExpression.FALSE) {
                isFalse += millis;
            } else {
                unknown += millis;
            }
            last = shown;
        }

        private static double share(long part, long all) {
            return all == 0 ? 0 : (double) part / all;
        }

        public double falseShare() {
            return share(isFalse, isTrue + isFalse + unknown);
        }

        public double unknownShare() {
            return share(unknown, isTrue + isFalse + unknown);
        }

        /** As it stood at the end, {@code 21 > 30}. */
        public String last() {
            return last;
        }
    }

    private final OptionalLong since;
    private final Map<String, Piece> pieces = new LinkedHashMap<>();
    private Optional<Explanation> before = Optional.empty();
    private long firing;
    private long total;

    WhyNot(OptionalLong since) {
        this.since = since;
    }

    void add(Explanation now) {
        before.ifPresent(last -> {
            long from = Math.max(last.at(), since.orElse(Long.MIN_VALUE));
            long millis = Math.max(0, now.at() - from);
            total += millis;
            firing += last.standing().phase().isFiring() ? millis : 0;
            for (Explanation.Asked asked : last.conditions()) {
                if (asked.word().equals("resolve_expr")) {
                    continue;
                }
                for (Explanation.Part part : asked.parts()) {
                    String name = (asked.word().equals("expr") ? "" : asked.word() + ": ") + part.text();
                    pieces.computeIfAbsent(name, key -> new Piece()).add(millis, part.result(), part.shown());
                }
            }
        });
        before = Optional.of(now);
    }

    /** In the order of the rule. */
    public Map<String, Piece> pieces() {
        return pieces;
    }

    public long millis() {
        return total;
    }

    public double firingShare() {
        return Piece.share(firing, total);
    }
}
