package io.millrace.rules.cel;

import dev.cel.common.ast.CelExpr;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one evaluation of an expression costs, in the time that a comparison of two numbers takes: one for each part, more for
 * texts, calendars and histories. Lives while the expression is compiled.
 */
final class Costs {

    /** Beyond being a part of the expression. Histories say their own. */
    private static final Map<String, Integer> EXTRA = Map.ofEntries(
            Map.entry("matches", 50),
            Map.entry("contains", 10),
            Map.entry("startsWith", 5),
            Map.entry("endsWith", 5),
            Map.entry("lowerAscii", 20),
            Map.entry("upperAscii", 20),
            Map.entry("trim", 10),
            Map.entry("size", 5),
            Map.entry("string", 20),
            Map.entry("fixed", 20),
            Map.entry("semver", 50),
            Map.entry("getFullYear", 10),
            Map.entry("getMonth", 10),
            Map.entry("getDate", 10),
            Map.entry("getDayOfMonth", 10),
            Map.entry("getDayOfYear", 10),
            Map.entry("getDayOfWeek", 10),
            Map.entry("getHours", 10),
            Map.entry("getMinutes", 10));

    private static final int NOTABLE = 10;
    private static final int LONGEST = 60;

    private final Outline outline;
    private long extra;
    private long most;
    private @Nullable CelExpr dearest;

    Costs(Outline outline) {
        this.outline = outline;
    }

    /** A call: what its function costs, and {@code more} for what it remembers. */
    void call(CelExpr node, long more) {
        add(node, more + EXTRA.getOrDefault(node.call().function(), 0));
    }

    /** More than a part of an expression. */
    void add(CelExpr node, long cost) {
        extra += cost;
        if (cost > most) {
            most = cost;
            dearest = node;
        }
    }

    int total() {
        return (int) Math.min(Integer.MAX_VALUE, outline.size() + extra);
    }

    /** E208, at the part that costs most. */
    Refused refusal(CelExpr root, int limit) {
        CelExpr single = dearest;
        boolean standsOut = single != null && most >= NOTABLE;
        CelExpr part = standsOut && single != null ? single : heaviest(root);
        String text = outline.text(part);
        String what = "cost %,d, limit %,d".formatted(total(), limit);
        if (part != root) {
            long cost = standsOut ? most : Outline.size(part);
            String shown =
                    Texts.length(text) > LONGEST ? text.substring(0, text.offsetByCodePoints(0, LONGEST)) + "…" : text;
            what += "; `" + shown + "` costs most (%,d)".formatted(cost);
        }
        return new Refused("E208", outline.start(part), Texts.length(text), what, "split the rule, or leave that out");
    }

    /** Down from the root, as long as one operand has more than half of the parts. */
    private static CelExpr heaviest(CelExpr root) {
        CelExpr part = root;
        while (true) {
            int half = Outline.size(part) / 2;
            List<CelExpr> heavy = Outline.children(part).stream()
                    .filter(child -> Outline.size(child) > half)
                    .toList();
            if (heavy.isEmpty()) {
                return part;
            }
            part = heavy.get(0);
        }
    }
}
