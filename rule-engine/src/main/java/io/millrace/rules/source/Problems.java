package io.millrace.rules.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Collects what is wrong with one file; the same complaint about the same place is kept once. */
public final class Problems {

    private final SourceText source;
    private final TreeSet<Problem> found = new TreeSet<>();

    public Problems(SourceText source) {
        this.source = source;
    }

    /**
     * About whom and which word the next complaints are.
     *
     * @param kind how the rule calls itself: rule, alert or record
     */
    public record Subject(String kind, Optional<String> rule, Optional<String> field) {

        public static final Subject FILE = new Subject("", Optional.empty(), Optional.empty());

        public Subject word(String field) {
            return new Subject(kind, rule, Optional.of(field));
        }
    }

    public void error(SourcePosition at, int span, String code, Subject subject, String message, String help) {
        add(at, span, Problem.Level.ERROR, code, subject, message, help);
    }

    public void warning(SourcePosition at, int span, String code, Subject subject, String message, String help) {
        add(at, span, Problem.Level.WARNING, code, subject, message, help);
    }

    private void add(
            SourcePosition at,
            int span,
            Problem.Level level,
            String code,
            Subject subject,
            String message,
            String help) {
        Patience.check();
        boolean known = found.stream()
                .anyMatch(problem ->
                        problem.position().equals(at) && problem.code().equals(code));
        if (!known) {
            String line = source.line(at.line());
            int room = line.codePointCount(0, line.length()) - at.column() + 1;
            found.add(new Problem(
                    at,
                    level,
                    code,
                    subject.kind(),
                    subject.rule(),
                    subject.field(),
                    message,
                    line,
                    Math.max(1, Math.min(span, room)),
                    help));
        }
    }

    public boolean any(Predicate<Problem> kind) {
        return found.stream().anyMatch(kind);
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    public void drop(Predicate<Problem> kind) {
        found.removeIf(kind);
    }

    /** In the order of the file. */
    public List<Problem> sorted() {
        return new ArrayList<>(found);
    }
}
