package io.millrace.rules.source;

import java.util.Comparator;
import java.util.Optional;

/**
 * One thing that is wrong with a rule file, told to the person who wrote it.
 *
 * @param code stable, documented ({@code E201})
 * @param rule the rule's name, where it belongs to one
 * @param field the word of the language that it is about
 * @param span how many columns to underline
 * @param help the nearest valid thing, in one sentence; empty if there is none
 */
public record Problem(
        SourcePosition position,
        Level level,
        String code,
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

    private static final Comparator<Problem> ORDER =
            Comparator.comparing(Problem::position).thenComparing(Problem::code).thenComparing(Problem::message);

    /** {@code (rule "fan", expr)} or less, with a space before it; empty if it belongs to nothing. */
    public String subject() {
        String name = rule.map(word -> "rule \"" + word + "\"").orElse("");
        String separator = rule.isPresent() && field.isPresent() ? ", " : "";
        return rule.isPresent() || field.isPresent() ? " (" + name + separator + field.orElse("") + ")" : "";
    }

    /** One line: file, line, column, level, code, subject, what. */
    public String headline() {
        return position + ": " + level.word() + " " + code + subject() + ": " + message;
    }

    /** The headline, the source line with a caret span below it, and the help. */
    @Override
    public String toString() {
        String number = Integer.toString(position.line());
        String margin = " ".repeat(number.length());
        String text = headline() + "\n  " + number + " | " + sourceLine.replace('\t', ' ') + "\n  " + margin + " | "
                + " ".repeat(position.column() - 1) + "^".repeat(Math.max(1, span));
        return help.isEmpty() ? text : text + "\n  help: " + help;
    }

    @Override
    public int compareTo(Problem other) {
        return ORDER.compare(this, other);
    }
}
