package io.millrace.rules.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code millrace rules}: the group of commands about rule files. */
@Command(
        name = "rules",
        description = "Check, test and look at rules.",
        subcommands = {
            CheckCommand.class,
            TestCommand.class,
            ListCommand.class,
            DiffCommand.class,
            SchemaCommand.class,
            BacktestCommand.class,
            ExplainCommand.class,
            FmtCommand.class
        })
public final class RulesCommand implements Callable<Integer> {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /** Without a subcommand there is nothing to do. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }
}
