package io.millrace.rules.cli;

import io.millrace.rules.backtest.Backtest;
import io.millrace.rules.backtest.Findings;
import io.millrace.rules.backtest.Recording;
import io.millrace.rules.cli.RuleArguments.Unusable;
import io.millrace.rules.model.Glob;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import io.millrace.runtime.process.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace rules backtest}: what rules would have done with telemetry that was recorded. */
@Command(
        name = "backtest",
        description = {
            "Runs recorded telemetry through rules: what would have fired, for whom, for how long, how many commands.",
            "A recording is JSON lines, plain, .gz or .zst, in order of time:",
            "{\"device\": \"esp32-01\", \"time\": 1763805600000, \"value\": {\"temperature\": 21.5}}",
            "(time: epoch milliseconds, or RFC 3339 as text), or the telemetry topic itself."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:run to the end",
            "1:rule files with errors, or a recording that cannot be read to its end",
            "2:wrong usage, a path that cannot be read, or a recording without a single reading"
        })
public final class BacktestCommand implements Callable<Integer> {

    @Parameters(paramLabel = "RULES", description = "A rule file or directory.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path rules;

    @Mixin
    private final RecordingOptions source = new RecordingOptions();

    @Option(
            names = "--diff",
            paramLabel = "RULES",
            description = "Compare with these rules: a path, or git:REF for those of RULES in that commit.")
    private @Nullable String diff;

    @Option(
            names = "--device",
            paramLabel = "GLOB",
            description = "Only devices whose id matches, * and ? as in rules.")
    private @Nullable String device;

    @Option(names = "--threads", paramLabel = "N", description = "Default: one for each processor.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Mixin
    private final TextOrJson format = new TextOrJson();

    @Mixin
    private final Answer answer = new Answer();

    @Override
    public Integer call() {
        return answer.to(() -> {
            if (threads < 1 || threads > 1024) {
                throw new Unusable(ExitCode.WRONG_USAGE, "--threads " + threads + " (expected 1 to 1024)");
            }
            RuleSet set = RuleArguments.load(java.util.List.of(rules));
            Optional<RuleSet> other = diff == null ? Optional.empty() : Optional.of(RuleArguments.load(diff, rules));
            long begin = System.nanoTime();
            Findings findings = run(set, other);
            double seconds = (System.nanoTime() - begin) / 1e9;
            BacktestReport report = new BacktestReport(findings, threads, seconds, Optional.ofNullable(diff));
            return format.isJson() ? report.json() : report.text();
        });
    }

    private Findings run(RuleSet set, Optional<RuleSet> other) throws Unusable {
        Optional<Glob> only =
                Optional.ofNullable(device).filter(glob -> !glob.isEmpty()).map(Glob::new);
        Findings findings;
        try (Recording recording = source.open();
                ProgressBar bar = ProgressBar.of(answer)) {
            findings = new Backtest(set, other, names(), threads)
                    .run(recording, only, source.registered(), messages -> bar.show(recording.progress(), messages));
        } catch (IOException unreadable) {
            throw new Unusable(ExitCode.FAILED, "cannot read the recording: " + Paths.reason(unreadable));
        }
        if (findings.messages() == 0) {
            String why = findings.complaints().isEmpty()
                    ? only.map(glob -> "of devices matching " + glob.pattern()).orElse("at all")
                    : "that could be used; line " + String.join("\nline ", findings.complaints());
            throw new Unusable(ExitCode.WRONG_USAGE, "the recording has no reading " + why);
        }
        return findings;
    }

    private UnaryOperator<RuleId> names() {
        return diff == null || diff.startsWith("git:")
                ? UnaryOperator.identity()
                : RuleArguments.renamed(rules.toString(), diff);
    }
}
