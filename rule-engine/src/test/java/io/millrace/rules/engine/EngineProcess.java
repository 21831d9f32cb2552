package io.millrace.rules.engine;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.ops.Health;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A rule engine in a process of its own, to be killed. */
final class EngineProcess implements AutoCloseable {
    private static final String STARTED = "started";

    private final Process process;

    private EngineProcess(Process process) {
        this.process = process;
    }

    /** Returns once its threads run, which may be before it has partitions. */
    static EngineProcess start(Map<String, String> settings) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                EngineProcess.class.getName()));
        settings.forEach((key, value) -> command.add(key + "=" + value));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.equals(STARTED)) {
                Thread drain = new Thread(() -> out.lines().forEach(rest -> {}));
                drain.setDaemon(true);
                drain.start();
                return new EngineProcess(process);
            }
        }
        process.destroyForcibly();
        throw new IllegalStateException("the engine's process has not started");
    }

    /** As kill -9 does it: nothing is closed, flushed or committed. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** Ends with its standard input, so that it does not outlive the test. */
    public static void main(String[] settings) {
        Settings.Builder builder = Settings.builder();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            builder.override(setting.substring(0, equals), setting.substring(equals + 1));
        }
        Settings read = builder.build();
        RuleEngineConfig config = RuleEngineConfig.of(read);
        read.finish();
        try (RuleEngine engine = new RuleEngine(config, new SimpleMeterRegistry(), new Health(), Clock.systemUTC())) {
            engine.start();
            System.out.println(STARTED);
            while (System.in.read() >= 0) {}
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
