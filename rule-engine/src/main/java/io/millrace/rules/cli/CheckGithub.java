package io.millrace.rules.cli;

import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.source.Problem;
import java.util.stream.Collectors;

/** A check as workflow commands that mark the lines of a change: {@code ::error file=…,line=…::message}. */
final class CheckGithub {

    private CheckGithub() {}

    /** One line a problem; empty if there is none. */
    static String of(RuleFiles.Loaded loaded) {
        return loaded.problems().stream().map(problem -> line(problem) + "\n").collect(Collectors.joining());
    }

    private static String line(Problem problem) {
        int column = problem.position().column();
        String help = problem.help().isEmpty() ? "" : "\nhelp: " + problem.help();
        return "::%s file=%s,line=%d,col=%d,endColumn=%d,title=%s::%s"
                .formatted(
                        problem.level().word(),
                        property(problem.position().file()),
                        problem.position().line(),
                        column,
                        column + problem.span(),
                        property(problem.code() + problem.subject()),
                        data(problem.message() + help));
    }

    private static String data(String text) {
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
    }

    private static String property(String text) {
        return data(text).replace(":", "%3A").replace(",", "%2C");
    }
}
