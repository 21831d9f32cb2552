package io.millrace.rules.cli;

import io.millrace.rules.backtest.RecordedFile;
import io.millrace.rules.backtest.Recording;
import io.millrace.rules.cli.RuleArguments.Unusable;
import io.millrace.rules.explain.Rerun;
import io.millrace.rules.explain.Told;
import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import io.millrace.runtime.process.ExitCode;
import io.millrace.schemas.DeviceId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace rules explain}: where a rule stood on a device at a moment of a recording, and why. */
@Command(
        name = "explain",
        description = {
            "Says where a rule stands on a device and why, piece by piece of its conditions.",
            "Runs a recording (as for backtest) up to the moment asked for, or asks the running engines."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:explained",
            "1:rule files with errors, a recording that cannot be read to its end, or no engine that answers",
            "2:wrong usage, an unknown rule, or a device that is not in the recording, or with no engine"
        })
public final class ExplainCommand implements Callable<Integer> {

    @Parameters(paramLabel = "RULE", description = "The rule's name, or group/name.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String name;

    @Option(names = "--rules", paramLabel = "PATH", description = "With --from: a rule file or directory.")
    private List<Path> rules = List.of();

    @Option(names = "--device", paramLabel = "ID", required = true, description = "The device.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String device;

    @Option(names = "--from", paramLabel = "FILE", description = "The recording.")
    private @Nullable Path file;

    @Option(
            names = "--ops",
            paramLabel = "URL",
            split = ",",
            description = "Instead of a recording: ops ports of running engines, http://host:port[,http://host:port].")
    private List<URI> engines = List.of();

    @Option(
            names = "--ops-token-file",
            paramLabel = "FILE",
            description =
                    "With --ops: file that holds the engines' ops.token; not needed on their own host while they have none.")
    private @Nullable Path tokenFile;

    @Option(
            names = {"--at", "--until"},
            paramLabel = "TIME",
            description = "RFC 3339, 2026-11-22T10:04:00Z; default: the device's last reading.")
    private @Nullable String at;

    @Option(
            names = "--why-not",
            description = "Which piece kept it false, and for how much of the time (from --since to --until).")
    private boolean whyNot;

    @Option(names = "--since", paramLabel = "TIME", description = "With --why-not: counts from here on.")
    private @Nullable String since;

    @Mixin
    private final RegistryOption registry = new RegistryOption();

    @Mixin
    private final Answer answer = new Answer();

    @Override
    public Integer call() {
        return answer.to(() -> {
            OptionalLong from = time("--since", since);
            OptionalLong until = time("--at", at);
            if (!DeviceId.isValid(device)) {
                throw new Unusable(ExitCode.WRONG_USAGE, "--device " + device + " is no device id");
            }
            if (!engines.isEmpty()) {
                if (file != null || !rules.isEmpty() || at != null || whyNot || since != null) {
                    throw new Unusable(
                            ExitCode.WRONG_USAGE,
                            "--ops asks running engines for now: no --rules, --from, --at, --why-not");
                }
                RunningEngines running = new RunningEngines(engines, Optional.ofNullable(tokenFile));
                return new ExplainReport(running.explain(name, device)).text(List.of());
            }
            if (file == null || rules.isEmpty()) {
                throw new Unusable(ExitCode.WRONG_USAGE, "expected --rules and --from, or --ops");
            }
            RuleSet set = RuleArguments.load(rules);
            RuleId rule = NamedRule.find(set, name);
            Rerun.Found found = run(file, set, rule, from, until);
            ExplainReport report = new ExplainReport(Told.of(found.explanation()
                    .orElseThrow(() -> new Unusable(
                            ExitCode.WRONG_USAGE,
                            "the recording has no reading of " + device + (at == null ? "" : " up to " + at)))));
            return whyNot ? report.whyNot(found.whyNot()) : report.text(found.unusable());
        });
    }

    private Rerun.Found run(Path recorded, RuleSet set, RuleId rule, OptionalLong from, OptionalLong until)
            throws Unusable {
        Optional<DeviceAttributes> attributes = registry.read().map(devices -> devices.get(device));
        Recording recording;
        try {
            recording = new RecordedFile(recorded);
        } catch (IOException unreadable) {
            throw new Unusable(ExitCode.WRONG_USAGE, "cannot read " + Paths.reason(unreadable));
        }
        try (recording) {
            return Rerun.of(recording, set, rule, device, attributes, from, until);
        } catch (IOException unreadable) {
            throw new Unusable(ExitCode.FAILED, "cannot read the recording: " + Paths.reason(unreadable));
        }
    }

    private static OptionalLong time(String option, @Nullable String written) throws Unusable {
        if (written == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(OffsetDateTime.parse(written).toInstant().toEpochMilli());
        } catch (DateTimeException wrong) {
            throw new Unusable(
                    ExitCode.WRONG_USAGE,
                    option + " " + written + " is no time (write RFC 3339 such as 2026-11-22T10:04:00Z)");
        }
    }
}
