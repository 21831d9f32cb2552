package io.millrace.standalone.cli;

import io.millrace.runtime.process.ExitCode;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace devices export}. */
@Command(
        name = "export",
        description = "All registered devices, one JSON object a line, as import takes them. Without secrets.",
        sortOptions = false)
final class ExportDevices implements Callable<Integer> {
    @Mixin
    private final DeviceFilter filter = new DeviceFilter();

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        return output.of(() -> {
            String path = "/devices/export" + filter.query().replaceFirst("&", "?");
            try (Stream<String> lines = server.api().lines("GET", path, "", BodyPublishers.noBody())) {
                lines.forEach(output::line);
            }
            return ExitCode.GOOD;
        });
    }
}
