package io.millrace.standalone.cli;

import io.millrace.runtime.process.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code millrace devices}: the registry. */
@Command(
        name = "devices",
        description = "List, register, change and look at devices, over the REST API.",
        subcommands = {
            ListDevices.class,
            GetDevice.class,
            AddDevice.class,
            ImportDevices.class,
            ExportDevices.class,
            DeviceActions.Rotate.class,
            DeviceActions.Enable.class,
            DeviceActions.Disable.class,
            DeviceActions.Delete.class,
            ConfigureDevice.class,
            DiagnoseDevice.class,
            RepublishDevices.class
        })
public final class DevicesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.WRONG_USAGE;
    }
}
