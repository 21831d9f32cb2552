package io.millrace.rules.cli;

import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import io.millrace.rules.source.Problem;
import io.millrace.rules.source.SourceText;
import io.millrace.runtime.process.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Rule sets named at the command line: files and directories, or the same ones as a commit of git has them. */
final class RuleArguments {

    private static final String GIT = "git:";

    private RuleArguments() {}

    /** The command cannot do what it was asked for; the message is for the person who asked. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;
        private final int exitCode;

        Unusable(int exitCode, String message) {
            super(message, null, false, false);
            this.exitCode = exitCode;
        }

        int exitCode() {
            return exitCode;
        }
    }

    /** Rule files must be free of errors; warnings are the check's concern. */
    static RuleSet load(List<Path> paths) throws Unusable {
        return compile(read(paths));
    }

    static RuleSet compile(List<SourceText> sources) throws Unusable {
        return good(RuleFiles.compile(sources));
    }

    static List<SourceText> read(List<Path> paths) throws Unusable {
        try {
            mustHaveFiles(paths);
            return RuleFiles.read(paths);
        } catch (IOException unreadable) {
            throw new Unusable(ExitCode.WRONG_USAGE, "cannot read " + Paths.reason(unreadable));
        }
    }

    /** A directory without rule files is a mistyped one. */
    static void mustHaveFiles(List<Path> paths) throws IOException, Unusable {
        for (Path path : paths) {
            if (Files.isDirectory(path) && RuleFiles.files(path).isEmpty()) {
                throw new Unusable(
                        ExitCode.WRONG_USAGE, "no rule files in " + path + " (expected *.rules.yaml, *.yaml or *.yml)");
            }
        }
    }

    /**
     * A path, or {@code git:REF}.
     *
     * @param like where the files are that the commit's are compared with
     */
    static RuleSet load(String argument, Path like) throws Unusable {
        if (!argument.startsWith(GIT)) {
            return load(List.of(Path.of(argument)));
        }
        return compile(GitFiles.at(argument.substring(GIT.length()), like));
    }

    /**
     * Two files compared are two versions of one, whatever they are called: the group that is named after the second counts as that
     * of the first.
     */
    static UnaryOperator<RuleId> renamed(String first, String second) {
        if (!Files.isRegularFile(Path.of(first)) || !Files.isRegularFile(Path.of(second))) {
            return UnaryOperator.identity();
        }
        String to = RuleFiles.baseName(first);
        String from = RuleFiles.baseName(second);
        return id -> id.group().equals(from) ? new RuleId(to, id.name()) : id;
    }

    private static RuleSet good(RuleFiles.Loaded loaded) throws Unusable {
        if (loaded.rules().isEmpty()) {
            throw new Unusable(
                    ExitCode.FAILED,
                    loaded.problems().stream()
                            .filter(problem -> problem.level() == Problem.Level.ERROR)
                            .map(Problem::toString)
                            .collect(Collectors.joining(System.lineSeparator())));
        }
        return loaded.rules().get();
    }
}
