package io.millrace.rules.engine;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.embedded.ChildProcess;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.ops.Health;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** What a process runs that is a rule engine, to be killed. */
final class EngineProcess {
    private static final String STARTED = "started";

    private EngineProcess() {}

    /** Returns once its threads run, which may be before it has partitions. */
    static ChildProcess start(Map<String, String> settings) throws IOException {
        return ChildProcess.start(EngineProcess.class, arguments(settings), STARTED);
    }

    /** Compiled and with a heap as in earnest, to be measured. */
    static ChildProcess start(Map<String, String> settings, List<String> options) throws IOException {
        return ChildProcess.start(EngineProcess.class, options, arguments(settings), STARTED);
    }

    private static List<String> arguments(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue())
                .toList();
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
