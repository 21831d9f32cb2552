package io.millrace.rules.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Rows of words, laid out in columns two blanks apart. */
final class Columns {

    private final Set<Integer> rightAligned;
    private final List<List<String>> rows = new ArrayList<>();

    /** @param rightAligned columns of numbers, counted from 0 */
    Columns(Integer... rightAligned) {
        this.rightAligned = Set.of(rightAligned);
    }

    void add(String... row) {
        rows.add(List.of(row));
    }

    /** Lines without blanks at their ends, each with a line end. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String word = row.get(column);
                String blanks = " ".repeat(Math.max(0, width(column) - length(word)));
                line.append(rightAligned.contains(column) ? blanks + word : word + blanks)
                        .append("  ");
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /** What stands last in its row widens no column, unless it is aligned to the right. */
    private int width(int column) {
        int more = rightAligned.contains(column) ? 0 : 1;
        return rows.stream()
                .filter(row -> row.size() > column + more)
                .mapToInt(row -> length(row.get(column)))
                .max()
                .orElse(0);
    }

    private static int length(String word) {
        return word.codePointCount(0, word.length());
    }
}
