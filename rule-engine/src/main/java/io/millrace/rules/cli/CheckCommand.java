package io.millrace.rules.cli;

import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.lint.Evidence;
import io.millrace.rules.source.Problem.Level;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
        json,
        sarif,
        junit,
        github
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
            names = "--sample",
            paramLabel = "FILE",
            description = {
                "Recorded telemetry to judge the rules by (fields, rates, noise), one message a line:",
                "{\"device\": \"gh-1\", \"time\": \"2026-11-22T10:00:00Z\", \"value\": {\"temperature\": 31}}"
            })
    private @Nullable Path sample;

    @Option(
            names = "--registry",
            paramLabel = "FILE",
            description =
                    "The devices to judge selections by, one a line: {\"id\": \"gh-1\", \"labels\": {\"site\": \"berlin\"}}")
    private @Nullable Path registry;

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
            loaded = RuleFiles.compile(RuleFiles.read(paths), evidence());
        } catch (IOException unreadable) {
            err.println("rules check: cannot read " + Paths.reason(unreadable));
            return USAGE;
        }
        CheckReport report = new CheckReport(
                loaded, spec.commandLine().getColorScheme().ansi().enabled());
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case text -> out.println(report.text());
            case json -> out.println(report.json());
            case sarif -> out.println(CheckSarif.of(loaded));
            case junit -> out.println(CheckJunit.of(loaded, strict));
            case github -> {
                out.print(CheckGithub.of(loaded));
                out.println(report.summary());
            }
        }
        out.flush();
        if (loaded.count(Level.ERROR) > 0) {
            return ERRORS;
        }
        return strict && loaded.count(Level.WARNING) > 0 ? WARNINGS : 0;
    }

    private Evidence evidence() throws IOException {
        return new Evidence(
                sample == null ? Optional.empty() : Optional.of(SampleFile.read(sample)),
                registry == null ? Optional.empty() : Optional.of(RegistryFile.read(registry)));
    }
}
