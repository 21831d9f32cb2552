package io.millrace.rules.cli;

import io.millrace.rules.cli.RuleArguments.Unusable;
import io.millrace.rules.testing.TestSuite;
import io.millrace.runtime.process.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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

    @Mixin
    private final Answer answer = new Answer();

    private int code;

    @Override
    public Integer call() {
        int hindered = answer.to(() -> {
            TestSuite.Result result = run();
            code = !result.readable() ? ExitCode.WRONG_USAGE : result.failed() > 0 ? ExitCode.FAILED : ExitCode.GOOD;
            TestReport report = new TestReport(result);
            return switch (format) {
                case text -> report.text(answer.coloured());
                case json -> report.json();
                case junit -> JunitReport.of(result);
            };
        });
        return hindered != 0 ? hindered : code;
    }

    private TestSuite.Result run() throws Unusable {
        try {
            Set<Path> files = new LinkedHashSet<>();
            for (Path path : paths) {
                List<Path> found = TestSuite.files(path);
                if (found.isEmpty()) {
                    throw new Unusable(
                            ExitCode.WRONG_USAGE,
                            "no test files below " + path + " (expected *.test.yaml or *.test.yml)");
                }
                files.addAll(found);
            }
            return TestSuite.run(List.copyOf(files), System::nanoTime);
        } catch (IOException unreadable) {
            throw new Unusable(ExitCode.WRONG_USAGE, "cannot read " + Paths.reason(unreadable));
        }
    }
}
