package io.millrace.standalone;

import io.millrace.runtime.config.ConfigReference;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.process.ExitCode;
import io.millrace.runtime.process.Service;
import io.millrace.runtime.process.ServiceProcess;
import io.millrace.runtime.process.ServiceProcess.OpsConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code millrace gateway|rule-engine|command-service --config FILE}: one service in this process, until a signal.
 *
 * @param <C> the service's configuration
 */
@Command
final class ServiceCommand<C> implements Callable<Integer> {
    private static final Duration READY_PACE = Duration.ofMillis(100);

    private final String name;
    private final String description;
    private final int defaultOpsPort;
    private final Function<Settings, C> configure;
    private final BiFunction<C, ServiceProcess, Service> create;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML file; every key can also come from the environment.")
    private @Nullable Path config;

    @Option(names = "--reference", description = "Print every key with its default and meaning, and stop.")
    private boolean reference;

    ServiceCommand(
            String name,
            String description,
            int defaultOpsPort,
            Function<Settings, C> configure,
            BiFunction<C, ServiceProcess, Service> create) {
        this.name = name;
        this.description = description;
        this.defaultOpsPort = defaultOpsPort;
        this.configure = configure;
        this.create = create;
    }

    String name() {
        return name;
    }

    CommandLine commandLine() {
        CommandLine line = new CommandLine(this);
        line.getCommandSpec().usageMessage().description(description);
        return line;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (reference) {
            System.out.print(reference());
            return ExitCode.GOOD;
        }
        Settings.Builder sources = Settings.builder().environment(System.getenv());
        if (config != null) {
            sources.file(config);
        }
        Settings settings = sources.build();
        OpsConfig ops = OpsConfig.of(settings, defaultOpsPort);
        C serviceConfig = configure.apply(settings);
        settings.finish();
        try (ServiceProcess process = new ServiceProcess(ops)) {
            CountDownLatch stopped = stopOnSignal(process);
            process.start(create.apply(serviceConfig, process));
            if (awaitReady(process, stopped)) {
                System.out.println("ready");
                stopped.await();
            }
        }
        return ExitCode.GOOD;
    }

    /** False if it is stopped before; until then the health port says what it waits for. */
    private static boolean awaitReady(ServiceProcess process, CountDownLatch stopped) throws InterruptedException {
        while (!process.health().notReady().isEmpty()) {
            if (stopped.await(READY_PACE.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        return true;
    }

    /** The reference file: what the service would read, from nothing. */
    String reference() {
        Settings settings = Settings.builder().build();
        var unusedOps = OpsConfig.of(settings, defaultOpsPort);
        var unusedConfig = configure.apply(settings);
        settings.finish();
        return ConfigReference.yaml("millrace " + name + ": every key with its default.", settings.keys());
    }

    private static CountDownLatch stopOnSignal(ServiceProcess process) {
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            process.close();
                            stopped.countDown();
                        },
                        "stop"));
        return stopped;
    }
}
