package io.millrace.rules.testing;

import java.util.ArrayList;
import java.util.List;

/** The full output beside the expected one: their difference, not two lists to compare by eye. Pure. */
final class Sequence {

    /** Beyond so many pairs the middle is not aligned, only its ends are. */
    private static final long MOST_PAIRS = 4_000_000;

    private Sequence() {}

    /** Lines that begin with {@code -} (expected, not there) or {@code +} (there, not expected); empty if all is as expected. */
    static List<String> difference(List<Expectation> wanted, List<History.Output> found) {
        int from = 0;
        while (from < wanted.size() && from < found.size() && Outputs.names(wanted.get(from), found.get(from))) {
            from++;
        }
        int cut = 0;
        while (cut < wanted.size() - from
                && cut < found.size() - from
                && Outputs.names(wanted.get(wanted.size() - 1 - cut), found.get(found.size() - 1 - cut))) {
            cut++;
        }
        return lines(wanted.subList(from, wanted.size() - cut), found.subList(from, found.size() - cut));
    }

    private static List<String> lines(List<Expectation> wanted, List<History.Output> found) {
        int rows = wanted.size();
        int columns = (long) rows * found.size() > MOST_PAIRS ? 0 : found.size();
        int[][] longest = new int[rows + 1][columns + 1];
        for (int i = rows - 1; i >= 0; i--) {
            for (int j = columns - 1; j >= 0; j--) {
                longest[i][j] = Outputs.names(wanted.get(i), found.get(j))
                        ? longest[i + 1][j + 1] + 1
                        : Math.max(longest[i + 1][j], longest[i][j + 1]);
            }
        }
        List<String> lines = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < rows || j < found.size()) {
            if (i < rows && j < columns && Outputs.names(wanted.get(i), found.get(j))) {
                i++;
                j++;
            } else if (i < rows && (j >= columns || longest[i + 1][j] >= longest[i][j + 1])) {
                lines.add("- " + wanted.get(i++));
            } else {
                lines.add("+ " + found.get(j++));
            }
        }
        return lines;
    }
}
