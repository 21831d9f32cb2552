package io.millrace.runtime.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;

/** What somebody may have meant. */
public final class Nearest {

    private static final int SHORT_LIST = 12;

    private Nearest() {}

    /** The word with the smallest edit distance, if that is close enough to be a slip of the finger. */
    public static Optional<String> to(String word, Collection<String> known) {
        int limit = Math.max(1, (word.length() + 1) / 3);
        return known.stream()
                .filter(candidate -> distance(word, candidate) <= limit)
                .min(Comparator.<String>comparingInt(candidate -> distance(word, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** {@code did you mean "x"?} and, if it is short, the list of what is known. */
    public static String help(String word, Collection<String> known, String listTitle) {
        String guess =
                to(word, known).map(found -> "did you mean \"" + found + "\"?").orElse("");
        String list = known.isEmpty() || known.size() > SHORT_LIST
                ? ""
                : listTitle + ": " + String.join(", ", new TreeSet<>(known));
        return guess.isEmpty() || list.isEmpty() ? guess + list : guess + " " + list;
    }

    /** Damerau-Levenshtein: neighbours swapped count one; words that differ in case only count one. */
    static int distance(String a, String b) {
        if (a.equalsIgnoreCase(b)) {
            return a.equals(b) ? 0 : 1;
        }
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int best = Math.min(cost[i - 1][j - 1] + change, Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                cost[i][j] = swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
            }
        }
        return cost[a.length()][b.length()];
    }
}
