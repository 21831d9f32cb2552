package io.millrace.standalone;

import io.millrace.commands.CommandService;
import io.millrace.commands.CommandServiceConfig;
import io.millrace.gateway.Gateway;
import io.millrace.gateway.GatewayConfig;
import io.millrace.rules.cli.RulesCommand;
import io.millrace.rules.engine.RuleEngine;
import io.millrace.rules.engine.RuleEngineConfig;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.Nearest;
import io.millrace.runtime.process.ExitCode;
import io.millrace.runtime.process.ServiceProcess;
import io.millrace.runtime.process.StartException;
import io.millrace.simulator.SimulateCommand;
import io.millrace.standalone.cli.DevicesCommand;
import io.millrace.standalone.cli.SendCommand;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: {@code millrace COMMAND}. Reads the arguments, runs the command, turns failures into one line and an exit code. */
@Command(
        name = "millrace",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "The self-hosted cloud backend for ESP32 fleets.",
        subcommands = {
            UpCommand.class,
            MigrateCommand.class,
            DevicesCommand.class,
            SendCommand.class,
            SimulateCommand.class,
            RulesCommand.class,
            Version.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:good",
            "1:the thing asked for failed (a check, a test)",
            "2:wrong usage or configuration",
            "3:warnings only, under --strict"
        })
public final class Millrace implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** Every command with its options; what starts services elsewhere can be checked against it. */
    public static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Millrace());
        services().forEach(service -> line.addSubcommand(service.name(), service.commandLine()));
        return line.setExecutionExceptionHandler(Millrace::onFailure)
                .setParameterExceptionHandler(Millrace::onWrongUsage)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** The services that can run by themselves. */
    static List<ServiceCommand<?>> services() {
        return List.of(
                new ServiceCommand<>(
                        "gateway",
                        "The MQTT gateway: holds the devices' sockets, writes their readings to Kafka.",
                        9101,
                        GatewayConfig::of,
                        (config, process) -> {
                            Gateway gateway =
                                    new Gateway(config, process.registry(), process.health(), Clock.systemUTC());
                            gateway.offerDrain(process.ops());
                            return gateway;
                        }),
                new ServiceCommand<>(
                        "rule-engine",
                        "The rule engine: turns readings into commands and alerts.",
                        9102,
                        RuleEngineConfig::of,
                        (config, process) -> {
                            RuleEngine engine =
                                    new RuleEngine(config, process.registry(), process.health(), Clock.systemUTC());
                            engine.offerStatus(process.ops());
                            return engine;
                        }),
                new ServiceCommand<>(
                        "command-service",
                        "The command service: registry, commands, history, REST.",
                        9103,
                        CommandServiceConfig::of,
                        Millrace::commandService));
    }

    /** A password that the first start has made up is shown here, once, and nowhere else: the log has no secrets. */
    private static CommandService commandService(CommandServiceConfig config, ServiceProcess process) {
        CommandService service = new CommandService(config, process.registry(), process.health(), Clock.systemUTC());
        var unused = service.ready().thenRun(() -> service.firstAccess()
                .madeUpAdminPassword()
                .ifPresent(password -> System.out.println("First start. This is shown once, keep it: "
                        + service.firstAccess().adminUsername() + " / " + password)));
        return service;
    }

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    /** What a person can mend gets its line; anything else is a bug and keeps its trace. */
    private static int onFailure(Exception failure, CommandLine command, CommandLine.ParseResult parsed)
            throws Exception {
        PrintWriter err = command.getErr();
        if (failure instanceof ConfigException config) {
            config.problems().forEach(problem -> err.println("millrace: " + problem));
            return ExitCode.WRONG_USAGE;
        }
        if (failure instanceof StartException start) {
            err.println("millrace: " + start.getMessage());
            return ExitCode.WRONG_USAGE;
        }
        if (failure instanceof KafkaException kafka) {
            err.println("millrace: " + kafka.getMessage());
            return ExitCode.FAILED;
        }
        throw failure;
    }

    /** One line instead of the whole usage: what was wrong stays in sight. */
    private static int onWrongUsage(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        command.getErr()
                .println("millrace: " + what(wrong) + " (see: "
                        + command.getCommandSpec().qualifiedName() + " --help)");
        return ExitCode.WRONG_USAGE;
    }

    private static String what(ParameterException wrong) {
        CommandSpec command = wrong.getCommandLine().getCommandSpec();
        if (wrong instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String word = unmatched.getUnmatched().get(0);
            if (word.startsWith("-")) {
                return "unknown option " + word
                        + meant(word, command.optionsMap().keySet());
            }
            return command.subcommands().isEmpty()
                    ? "unexpected argument " + word
                    : "unknown command " + word
                            + meant(word, command.subcommands().keySet());
        }
        return String.valueOf(wrong.getMessage()).replaceFirst("^Error: ", "");
    }

    private static String meant(String word, Set<String> known) {
        return Nearest.to(word, known)
                .map(near -> ", did you mean " + near + "?")
                .orElse("");
    }
}
