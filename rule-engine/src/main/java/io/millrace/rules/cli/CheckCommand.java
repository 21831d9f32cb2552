package io.millrace.rules.cli;

import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.source.Problem.Level;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace rules check}: all problems of all files. Exit codes: 0 clean, 1 errors, 2 usage, 3 warnings under --strict. */
@Command(
        name = "check",
        description = "Checks rule files and says everything that is wrong with them, without an engine.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:no errors",
            "1:errors: an engine would refuse these files",
            "2:wrong usage, or a path that cannot be read",
            "3:warnings, under --strict"
        })
public final class CheckCommand implements Callable<Integer> {

    private static final int ERRORS = 1;
    private static final int USAGE = 2;
    private static final int WARNINGS = 3;

    /** How results are printed. */
    public enum Format {
        text,
        json
    }

    @Parameters(
            arity = "1..*",
            paramLabel = "PATH",
            description = "Rule files, and directories of *.rules.yaml, *.yaml or *.yml.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private List<Path> paths;

    @Option(names = "--strict", description = "Warnings end with exit code 3.")
    private boolean strict;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Format format = Format.text;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        RuleFiles.Loaded loaded;
        try {
            for (Path path : paths) {
                if (Files.isDirectory(path) && RuleFiles.files(path).isEmpty()) {
                    err.println("rules check: no rule files in " + path + " (expected *.rules.yaml, *.yaml or *.yml)");
                    return USAGE;
                }
            }
            loaded = RuleFiles.load(paths);
        } catch (IOException unreadable) {
            err.println("rules check: cannot read " + Paths.reason(unreadable));
            return USAGE;
        }
        CheckReport report = new CheckReport(
                loaded, spec.commandLine().getColorScheme().ansi().enabled());
        PrintWriter out = spec.commandLine().getOut();
        out.println(format == Format.json ? report.json() : report.text());
        out.flush();
        if (loaded.count(Level.ERROR) > 0) {
            return ERRORS;
        }
        return strict && loaded.count(Level.WARNING) > 0 ? WARNINGS : 0;
    }
}
