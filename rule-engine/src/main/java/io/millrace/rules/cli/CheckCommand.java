package io.millrace.rules.cli;

import io.millrace.rules.cli.RuleArguments.Unusable;
import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.lint.Evidence;
import io.millrace.rules.source.Problem.Level;
import io.millrace.runtime.process.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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

    @Mixin
    private final RegistryOption registry = new RegistryOption();

    @Mixin
    private final Answer answer = new Answer();

    private int code;

    @Override
    public Integer call() {
        int hindered = answer.to(() -> {
            RuleFiles.Loaded loaded = load();
            code = code(loaded);
            CheckReport report = new CheckReport(loaded, answer.coloured());
            return switch (format) {
                case text -> report.text();
                case json -> report.json();
                case sarif -> CheckSarif.of(loaded);
                case junit -> CheckJunit.of(loaded, strict);
                case github -> CheckGithub.of(loaded) + report.summary();
            };
        });
        return hindered != 0 ? hindered : code;
    }

    private int code(RuleFiles.Loaded loaded) {
        if (loaded.count(Level.ERROR) > 0) {
            return ExitCode.FAILED;
        }
        return strict && loaded.count(Level.WARNING) > 0 ? WARNINGS : ExitCode.GOOD;
    }

    private RuleFiles.Loaded load() throws Unusable {
        try {
            RuleArguments.mustHaveFiles(paths);
            return RuleFiles.compile(
                    RuleFiles.read(paths),
                    new Evidence(
                            sample == null ? Optional.empty() : Optional.of(SampleFile.read(sample)), registry.read()));
        } catch (IOException unreadable) {
            throw new Unusable(ExitCode.WRONG_USAGE, "cannot read " + Paths.reason(unreadable));
        }
    }
}
