package io.millrace.standalone.cli;

import io.millrace.runtime.process.ExitCode;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace devices export}. */
@Command(
        name = "export",
        description = "All registered devices, one JSON object a line, as import takes them. Without secrets.",
        sortOptions = false)
final class ExportDevices extends ServerCommand {
    @Mixin
    private final DeviceFilter filter = new DeviceFilter();

    @Override
    int run(Api api) {
        String path = "/devices/export" + filter.query().replaceFirst("&", "?");
        try (Stream<String> lines = api.lines("GET", path, "", BodyPublishers.noBody())) {
            lines.forEach(output()::line);
        }
        return ExitCode.GOOD;
    }
}
