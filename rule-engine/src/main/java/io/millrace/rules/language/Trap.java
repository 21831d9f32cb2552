package io.millrace.rules.language;

import io.millrace.rules.source.Problems;
import io.millrace.rules.source.SourcePosition;
import java.util.Optional;

/** The ways in which YAML understands an unquoted expression as something else (E101, E102). */
record Trap(String code, String message, String help) {

    private static final String QUOTE = "quote the whole expression, or put it after `expr: |` on a line of its own";

    static Trap tag(String written) {
        String expression = written.strip();
        String help = "write `expr: \"" + expression + "\"`";
        if (expression.matches("![A-Za-z_][\\w.]*")) {
            help += " or `" + expression.substring(1) + " == false`";
        }
        return new Trap("E101", "YAML reads `" + expression.split("\\s", 2)[0] + "` as a tag", help);
    }

    static Trap ended(String why) {
        return new Trap("E102", "YAML ended the value early: " + why, QUOTE);
    }

    /** What is wrong with an unquoted value over which YAML stumbled. */
    static Optional<Trap> of(String written) {
        char first = written.charAt(0);
        if (first == '!') {
            return Optional.of(tag(written));
        }
        if ("[{".indexOf(first) >= 0) {
            return Optional.of(ended("a leading `" + first + "` begins a list or a map"));
        }
        if ("&*%@`".indexOf(first) >= 0) {
            return Optional.of(ended("a leading `" + first + "` has a meaning of its own in YAML"));
        }
        if (first == '"' || first == '\'') {
            return Optional.of(ended("a leading quote quotes only what is inside it"));
        }
        if (written.contains(": ") || written.endsWith(":")) {
            return Optional.of(ended("a colon followed by a space begins a map"));
        }
        return Optional.empty();
    }

    void report(Problems problems, SourcePosition at, int length, Problems.Subject subject) {
        problems.error(at, length, code, subject, message, help);
    }
}
