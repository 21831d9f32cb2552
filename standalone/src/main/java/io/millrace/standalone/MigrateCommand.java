package io.millrace.standalone;

import io.millrace.commands.CommandServiceConfig;
import io.millrace.commands.store.Migrations;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.process.ExitCode;
import io.millrace.runtime.process.ServiceProcess.OpsConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace migrate --config FILE}: the database's tables brought to this version's shape, before the services of it start. */
@Command(name = "migrate", description = "Brings the database's tables to this version's shape, and stops.")
final class MigrateCommand implements Callable<Integer> {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The command service's YAML file; every key can also come from the environment.")
    private @Nullable Path config;

    @Override
    public Integer call() {
        Settings.Builder sources = Settings.builder().environment(System.getenv());
        if (config != null) {
            sources.file(config);
        }
        Settings settings = sources.build();
        // Read and not used: the file is the service's own, and an unknown key in it is an error here too.
        var unusedOps = OpsConfig.of(settings, 0);
        CommandServiceConfig service = CommandServiceConfig.of(settings);
        settings.finish();
        try {
            new Migrations(service.database()).run();
        } catch (FlywayException e) {
            System.err.println("millrace: the database " + service.database() + " is not migrated: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            return ExitCode.FAILED;
        }
        System.out.println("migrated");
        return ExitCode.GOOD;
    }
}
