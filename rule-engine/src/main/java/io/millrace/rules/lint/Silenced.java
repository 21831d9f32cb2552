package io.millrace.rules.lint;

import io.millrace.rules.source.Problems;
import io.millrace.rules.source.Problems.Subject;
import io.millrace.rules.source.SourceText;
import io.millrace.runtime.config.Nearest;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code # rules-disable W306: reason} above a rule silences that warning of that rule. W309: one that silences nothing. */
final class Silenced {

    private static final Pattern DIRECTIVE = Pattern.compile("\\s*#\\s*rules-disable\\b:?(.*)");
    private static final Pattern CODE = Pattern.compile("[\\w-]+");

    private final SourceText source;
    private final List<Lint.Place> places;
    private final Problems problems;

    Silenced(SourceText source, List<Lint.Place> places, Problems problems) {
        this.source = source;
        this.places = places;
        this.problems = problems;
    }

    void apply() {
        for (int line = 1; line <= source.lineCount(); line++) {
            Matcher matcher = DIRECTIVE.matcher(source.line(line));
            if (matcher.matches()) {
                apply(line, matcher.start(1), matcher.group(1).split(":", 2)[0]);
            }
        }
    }

    private void apply(int line, int from, String codes) {
        Optional<Lint.Place> place = below(line);
        if (place.isEmpty()) {
            complain(
                    line,
                    source.line(line).indexOf('#'),
                    1,
                    "rules-disable stands above no rule",
                    "put it on the line above `- rule:` or `- alert:`");
            return;
        }
        Matcher code = CODE.matcher(codes);
        if (codes.isBlank()) {
            complain(line, from, 1, "rules-disable names no warning", "for example `# rules-disable W306: reason`");
        }
        while (code.find()) {
            String word = code.group();
            if (Lint.CODES.contains(word)) {
                problems.drop(problem -> problem.code().equals(word)
                        && place.get().holds(problem.position().line()));
            } else if (word.matches("E\\d{3}")) {
                complain(
                        line,
                        from + code.start(),
                        word.length(),
                        word + " is an error",
                        "only warnings can be silenced");
            } else {
                complain(
                        line,
                        from + code.start(),
                        word.length(),
                        "unknown warning \"" + word + "\"",
                        Nearest.help(word, Lint.CODES, "Warnings"));
            }
        }
    }

    /** The rule that begins below, with nothing but comments and empty lines between. */
    private Optional<Lint.Place> below(int line) {
        int next = line + 1;
        while (next <= source.lineCount() && source.line(next).strip().matches("(#.*)?")) {
            next++;
        }
        int begin = next;
        return places.stream().filter(place -> place.first() == begin).findFirst();
    }

    private void complain(int line, int column, int span, String message, String help) {
        int offset = source.lineStart(line) + source.line(line).codePointCount(0, column);
        problems.warning(source.position(offset), span, "W309", Subject.FILE, message, help);
    }
}
