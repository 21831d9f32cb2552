package io.millrace.rules.source;

import java.util.Comparator;
import java.util.Optional;

/**
 * One thing that is wrong with a rule file, told to the person who wrote it.
 *
 * @param code stable, documented ({@code E201})
 * @param kind how that rule calls itself: rule, alert or record
 * @param rule the rule's name, where it belongs to one
 * @param field the word of the language that it is about
 * @param span how many columns to underline
 * @param help the nearest valid thing, in one sentence; empty if there is none
 */
public record Problem(
        SourcePosition position,
        Level level,
        String code,
        String kind,
        Optional<String> rule,
        Optional<String> field,
        String message,
        String sourceLine,
        int span,
        String help)
        implements Comparable<Problem> {

    /** Errors refuse the rule set, warnings do not. */
    public enum Level {
        ERROR("error"),
        WARNING("warning");

        private final String word;

        Level(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /** Longer source lines are shown in part. */
    private static final int WIDEST = 160;

    private static final Comparator<Problem> ORDER =
            Comparator.comparing(Problem::position).thenComparing(Problem::code).thenComparing(Problem::message);

    /** {@code (alert "TooHot", expr)} or less, with a space before it; empty if it belongs to nothing. */
    public String subject() {
        String name = rule.map(word -> kind + " \"" + word + "\"").orElse("");
        String separator = rule.isPresent() && field.isPresent() ? ", " : "";
        return rule.isPresent() || field.isPresent() ? " (" + name + separator + field.orElse("") + ")" : "";
    }

    /** One line: file, line, column, level, code, subject, what. */
    public String headline() {
        return position + ": " + level.word() + " " + code + subject() + ": " + message;
    }

    /** A tab as wide as the caret below thinks it is; nothing that a terminal would obey. */
    private static int printable(int point) {
        return point == '\t' ? ' ' : Character.isISOControl(point) ? '\uFFFD' : point;
    }

    /** The headline, the source line with a caret span below it, and the help. */
    @Override
    public String toString() {
        String number = Integer.toString(position.line());
        String margin = " ".repeat(number.length());
        int[] points = sourceLine.codePoints().map(Problem::printable).toArray();
        int from = points.length <= WIDEST ? 0 : Math.max(0, position.column() - 1 - WIDEST / 3);
        int to = Math.min(points.length, from + WIDEST);
        String shown = (from > 0 ? "…" : "") + new String(points, from, to - from) + (to < points.length ? "…" : "");
        int indent = position.column() - 1 - from + (from > 0 ? 1 : 0);
        String text = headline() + "\n  " + number + " | " + shown + "\n  " + margin + " | " + " ".repeat(indent)
                + "^".repeat(Math.max(1, Math.min(span, to - from - indent)));
        return help.isEmpty() ? text : text + "\n  help: " + help;
    }

    @Override
    public int compareTo(Problem other) {
        return ORDER.compare(this, other);
    }
}
