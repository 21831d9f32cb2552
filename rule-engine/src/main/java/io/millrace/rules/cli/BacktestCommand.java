package io.millrace.rules.cli;

import io.millrace.rules.backtest.Backtest;
import io.millrace.rules.backtest.Findings;
import io.millrace.rules.backtest.RecordedFile;
import io.millrace.rules.backtest.RecordedTopic;
import io.millrace.rules.backtest.Recording;
import io.millrace.rules.backtest.RegistryTopic;
import io.millrace.rules.cli.RuleArguments.Unusable;
import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.expression.Durations;
import io.millrace.rules.model.Glob;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import io.millrace.runtime.process.ExitCode;
import io.millrace.schemas.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
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

    private static final String TELEMETRY = "telemetry";

    @Parameters(paramLabel = "RULES", description = "A rule file or directory.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path rules;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Source source;

    /** One of two. */
    static final class Source {
        @Option(names = "--from", paramLabel = "FILE", description = "The recording.", required = true)
        private @Nullable Path file;

        @Option(
                names = "--kafka",
                paramLabel = "HOST:PORT",
                description = "Brokers to ask first, comma between.",
                required = true)
        private @Nullable String kafka;
    }

    @Option(names = "--topic", paramLabel = "TOPIC", description = "With --kafka; default ${DEFAULT-VALUE}.")
    private String topic = TELEMETRY;

    @Option(
            names = "--since",
            paramLabel = "DURATION",
            description = "With --kafka: how far back to begin; default ${DEFAULT-VALUE}.")
    private String since = "7d";

    @Option(
            names = "--kafka-property",
            paramLabel = "KEY=VALUE",
            description = "With --kafka: of the connection (SASL, TLS); may be repeated.")
    private Map<String, String> properties = new HashMap<>();

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

    @Mixin
    private final RegistryOption registry = new RegistryOption();

    @Option(
            names = "--registry-topic",
            paramLabel = "TOPIC",
            description =
                    "With --kafka and without --registry; default device-registry, with the prefix that TOPIC has.")
    private @Nullable String registryTopic;

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
        try (Recording recording = open();
                ProgressBar bar = ProgressBar.of(answer)) {
            findings = new Backtest(set, other, names(), threads)
                    .run(recording, only, registered(), messages -> bar.show(recording.progress(), messages));
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

    /** What the devices are: as a file says, else as the registry says now. */
    private Map<String, DeviceAttributes> registered() throws Unusable, IOException {
        Optional<Map<String, DeviceAttributes>> file = registry.read();
        if (file.isPresent() || source.kafka == null) {
            return file.orElse(Map.of());
        }
        String prefix = topic.endsWith(TELEMETRY) ? topic.substring(0, topic.length() - TELEMETRY.length()) : "";
        return RegistryTopic.read(
                connection(source.kafka), registryTopic != null ? registryTopic : new Topics(prefix).deviceRegistry());
    }

    private Map<String, String> connection(String brokers) {
        Map<String, String> all = new HashMap<>(properties);
        all.put("bootstrap.servers", brokers);
        return all;
    }

    private UnaryOperator<RuleId> names() {
        return diff == null || diff.startsWith("git:")
                ? UnaryOperator.identity()
                : RuleArguments.renamed(rules.toString(), diff);
    }

    private Recording open() throws Unusable {
        if (source.kafka != null) {
            Duration back = Durations.parse(since)
                    .orElseThrow(() -> new Unusable(
                            ExitCode.WRONG_USAGE, "--since " + since + " is not a duration (write 12h, 7d or 1h30m)"));
            return new RecordedTopic(connection(source.kafka), topic, System.currentTimeMillis() - back.toMillis());
        }
        try {
            return new RecordedFile(java.util.Objects.requireNonNull(source.file));
        } catch (IOException unreadable) {
            throw new Unusable(ExitCode.WRONG_USAGE, "cannot read " + Paths.reason(unreadable));
        }
    }
}
