package io.millrace.rules.cli;

import io.millrace.rules.testing.TestSuite;
import io.millrace.runtime.process.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace rules test}: every test of all files, to its end. */
@Command(
        name = "test",
        description = "Runs rule tests: invented telemetry in, and what the rules must make of it. Needs no engine.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:all tests passed",
            "1:a test failed",
            "2:wrong usage, or a test file (or a rule file of it) with errors"
        })
public final class TestCommand implements Callable<Integer> {

    /** How results are printed. */
    public enum Format {
        text,
        json,
        junit
    }

    @Parameters(
            arity = "1..*",
            paramLabel = "PATH",
            description = "Test files, and directories below which *.test.yaml and *.test.yml are looked for.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private List<Path> paths;

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
        TestSuite.Result result;
        try {
            List<Path> files = new ArrayList<>();
            for (Path path : paths) {
                List<Path> found = TestSuite.files(path);
                if (found.isEmpty()) {
                    err.println("rules test: no test files below " + path + " (expected *.test.yaml or *.test.yml)");
                    return ExitCode.WRONG_USAGE;
                }
                found.stream().filter(file -> !files.contains(file)).forEach(files::add);
            }
            result = TestSuite.run(files, System::nanoTime);
        } catch (IOException unreadable) {
            err.println("rules test: cannot read " + Paths.reason(unreadable));
            return ExitCode.WRONG_USAGE;
        }
        PrintWriter out = spec.commandLine().getOut();
        TestReport report = new TestReport(result);
        out.println(
                switch (format) {
                    case text ->
                        report.text(spec.commandLine().getColorScheme().ansi().enabled());
                    case json -> report.json();
                    case junit -> JunitReport.of(result);
                });
        out.flush();
        if (!result.readable()) {
            return ExitCode.WRONG_USAGE;
        }
        return result.failed() > 0 ? ExitCode.FAILED : ExitCode.GOOD;
    }
}
