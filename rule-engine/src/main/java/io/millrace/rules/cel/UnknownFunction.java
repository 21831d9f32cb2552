package io.millrace.rules.cel;

import io.millrace.runtime.config.Nearest;
import java.util.List;
import java.util.Set;

/**
 * A function that the language does not have, or has for later only, and what its author may have meant.
 *
 * @param text the whole expression
 * @param member whether it was called with something before its dot
 */
record UnknownFunction(String text, String function, boolean member) {

    private static final Set<String> LIST_MACROS = Set.of("all", "exists", "exists_one", "filter", "map");

    private static final int FEW = 20;

    /** {@code paren} is where dev.cel sees the call: its parenthesis. */
    Refused refused(int paren) {
        String name = function.substring(function.lastIndexOf('.') + 1);
        int at = start(paren, function.startsWith("math.") ? function : name);
        int span = Texts.length(function);
        if (Functions.RESERVED.contains(function) || LIST_MACROS.contains(function)) {
            return new Refused("E209", at, span, "the function " + function + " is not there yet", notYet(function));
        }
        if (function.equals("has")) {
            return new Refused(
                    "E201",
                    at,
                    span,
                    "unknown function \"has\"",
                    "did you mean \"present\"? It is true if the value is there");
        }
        if (Functions.ALL.knows(function, !member)) {
            String form = member ? function + "(x)" : "x." + function + "(…)";
            return new Refused("E201", at, span, "\"" + function + "\" is not called like this", "write " + form);
        }
        Set<String> names = Functions.ALL.names(member);
        return new Refused(
                "E201",
                at,
                span,
                "unknown function \"" + function + "\"",
                Nearest.to(function, names)
                        .map(found -> "did you mean \"" + found + "\"?")
                        .orElseGet(() -> alike(function, names)));
    }

    /** All functions if there are few, else those that begin alike. */
    private static String alike(String function, Set<String> names) {
        if (names.size() <= FEW) {
            return "functions: " + String.join(", ", names);
        }
        String beginning = function.substring(0, Math.min(3, function.length()));
        List<String> alike =
                names.stream().filter(name -> name.startsWith(beginning)).toList();
        return alike.isEmpty() ? "" : "there is " + String.join(", ", alike);
    }

    private static String notYet(String function) {
        if (!Functions.OF_GROUPS.contains(function)) {
            return "it is a word of the language that this version does not evaluate";
        }
        String ofOneDevice =
                function.equals("devices") ? "" : "; of one device over time: " + function + "_over_time(x, \"5m\")";
        return "group functions come with `by` rules" + ofOneDevice;
    }

    /** People look at the name. */
    private int start(int paren, String function) {
        int at = paren - Texts.length(function);
        while (at > 0 && !text.startsWith(function, text.offsetByCodePoints(0, at))) {
            at--;
        }
        return Math.max(0, at);
    }
}
