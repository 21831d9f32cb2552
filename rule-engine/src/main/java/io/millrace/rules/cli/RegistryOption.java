package io.millrace.rules.cli;

import io.millrace.rules.cli.RuleArguments.Unusable;
import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.runtime.process.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --registry}: the labels and attributes of devices, where no registry can be asked. */
final class RegistryOption {

    @Option(
            names = "--registry",
            paramLabel = "FILE",
            description = {
                "Which devices there are, with their labels and attributes; lines as for POST /devices/import:",
                "{\"id\": \"gh-1\", \"type\": \"fridge\", \"labels\": {\"site\": \"berlin\"}, \"attributes\": {\"maxTemp\": 8}}"
            })
    private @Nullable Path file;

    /** By device id; empty if there is no such file named. */
    Optional<Map<String, DeviceAttributes>> read() throws Unusable {
        if (file == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(RegistryFile.read(file));
        } catch (IOException unreadable) {
            throw new Unusable(ExitCode.WRONG_USAGE, "cannot read " + Paths.reason(unreadable));
        }
    }
}
