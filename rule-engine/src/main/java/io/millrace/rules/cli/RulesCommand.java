package io.millrace.rules.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace rules}: the group of commands about rule files. */
@Command(
        name = "rules",
        description = "Check, test, look at and steer rules.",
        subcommands = {
            CheckCommand.class,
            TestCommand.class,
            ListCommand.class,
            DiffCommand.class,
            SchemaCommand.class,
            BacktestCommand.class,
            ExplainCommand.class,
            FmtCommand.class,
            ApplyCommand.class,
            MuteCommand.class,
            UnmuteCommand.class,
            ReleaseCommand.class
        })
public final class RulesCommand implements Callable<Integer> {

    @Mixin
    private final Answer answer = new Answer();

    /** Without a subcommand there is nothing to do. */
    @Override
    public Integer call() {
        answer.usage();
        return CommandLine.ExitCode.USAGE;
    }
}
