package io.millrace.simulator;

import io.millrace.simulator.ledger.KafkaWatch;
import io.millrace.simulator.scenario.Scenario;
import io.millrace.simulator.scenario.ScenarioReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** `millrace simulate`: turns a scenario, or the command line, into a fleet, lets it run and prints what it measured. */
@Command(
        name = "simulate",
        description = "Runs a fleet of simulated ESP32 boards against a server and reports what they saw.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
public final class SimulateCommand implements Callable<Integer> {
    enum Output {
        text,
        json
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--scenario",
            paramLabel = "FILE",
            description = "What devices there are and what they do, in YAML; takes the place of all options about"
                    + " devices, except --url.")
    private @Nullable Path scenario;

    @Option(names = "--check", description = "Only read the scenario, and say what is wrong with it.")
    private boolean check;

    @Mixin
    private FleetOptions fleet;

    @Mixin
    private AccessOptions access;

    @Mixin
    private KafkaOptions kafka;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long; without it until Ctrl-C.")
    private @Nullable Duration duration;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Latencies of this first time are not reported; default none.")
    private @Nullable Duration warmUp;

    @Option(names = "--output", paramLabel = "text|json", defaultValue = "text", description = "Form of the report.")
    private Output output;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Write the report there too: .html (with charts), .json or text. May be given several times.")
    private List<Path> reports = List.of();

    @Override
    public Integer call() throws InterruptedException {
        try {
            List<ReportFile> files = reports.stream().map(ReportFile::new).toList();
            if (scenario == null) {
                if (check) {
                    throw new IllegalArgumentException("--check needs --scenario");
                }
                return run("simulated boards", fleet.config(access), Optional.empty(), files);
            }
            Scenario read = ScenarioReader.read(scenario, fleet.server());
            if (check) {
                spec.commandLine()
                        .getOut()
                        .println(scenario + ": good, " + read.groups().size() + " groups, " + read.devices()
                                + " devices");
                return 0;
            }
            return run(read.name(), ScenarioFleet.of(read, access, fleet.ca()), Optional.of(read), files);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()), wrong);
        } catch (IOException failure) {
            spec.commandLine().getErr().println(failure.getMessage());
            return 1;
        }
    }

    private int run(String name, SimulatorConfig config, Optional<Scenario> scenario, List<ReportFile> files)
            throws IOException, InterruptedException {
        SimulationRun run = new SimulationRun(
                name,
                config,
                Optional.ofNullable(duration).or(() -> scenario.flatMap(Scenario::duration)),
                Optional.ofNullable(warmUp)
                        .or(() -> scenario.map(Scenario::warmUp))
                        .orElse(Duration.ZERO),
                spec.commandLine().getErr());
        Optional<KafkaWatch> watch = kafka.watch(config);
        try {
            Outcome outcome = run.run(watch, this::print);
            for (ReportFile file : files) {
                file.write(outcome);
            }
            return exitCode(outcome);
        } finally {
            watch.ifPresent(KafkaWatch::close);
        }
    }

    private void print(Outcome outcome) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(output == Output.json ? JsonReport.of(outcome) : SimulatorReport.text(outcome));
        out.flush();
    }

    /** A run in which devices were turned away, or readings lost, is not what was asked for. */
    private int exitCode(Outcome outcome) {
        if (outcome.stats().connects().accepted() == 0) {
            spec.commandLine().getErr().println("No device could connect");
            return 1;
        }
        boolean kept = outcome.findings().isEmpty() || outcome.findings().get().good();
        return kept
                        && outcome.stats().connects().refused() == 0
                        && outcome.stats().publishes().rejected() == 0
                ? 0
                : 1;
    }
}
